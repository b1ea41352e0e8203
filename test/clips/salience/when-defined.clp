; Salience is evaluated when the rule is defined.
(defglobal ?*s* = 10)
(defrule r (declare (salience ?*s*)) (a ?x) =>)
(defrule s (declare (salience 5)) (a ?x) =>)
(bind ?*s* 0)
(assert (a 1))
(printout t (get-salience-evaluation) crlf)
(agenda)
(exit)
