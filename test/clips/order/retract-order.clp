; The order in which activations go with a fact.
(defrule r1 (a ?x) (b ?y) =>)
(defrule r2 (b ?y) (a ?x) =>)
(defrule r3 (a ?x) (not (c ?x)) =>)
(assert (a 1) (b 1) (a 2) (b 2))
(watch activations)
(retract 1)
(retract 4)
(exit)
