; agenda prints salience, rule and facts in the order of firing.
(defrule low (declare (salience -5)) (a ?x) =>)
(defrule middle (a ?x) (b) =>)
(defrule high (declare (salience 100)) (a ?x) (not (c)) =>)
(assert (a 1) (a 2) (b))
(agenda)
(run 2)
(agenda)
(exit)
