; Salience evaluated before each firing.
(set-salience-evaluation every-cycle)
(defglobal ?*s* = 10)
(defrule r (declare (salience ?*s*)) (a ?x) => (printout t "r " ?x crlf) (bind ?*s* 0))
(defrule s (declare (salience 5)) (a ?x) => (printout t "s " ?x crlf))
(assert (a 1) (a 2))
(run)
(exit)
