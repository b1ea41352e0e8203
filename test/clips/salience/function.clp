; A salience by an expression of functions.
(deffunction half (?x) (div ?x 2))
(defrule r (declare (salience (half 30))) (a) =>)
(defrule s (declare (salience (+ 1 (* 2 3)))) (a) =>)
(assert (a))
(agenda)
(printout t (set-salience-evaluation when-activated) (get-salience-evaluation) crlf)
(exit)
