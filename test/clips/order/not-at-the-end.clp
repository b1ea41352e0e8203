; Two nots, one after the other.
(defrule r (a ?x) (not (b ?x)) (not (c ?x)) => (printout t ?x " "))
(assert (a 1) (a 2) (a 3) (b 1) (c 2) (b 3) (c 3))
(watch activations)
(retract 4)
(retract 5)
(retract 6)
(retract 7)
(exit)
