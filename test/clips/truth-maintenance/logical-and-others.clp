; Only what stands under logical supports.
(defrule r (logical (a ?x)) (b ?x) => (assert (c ?x)))
(assert (a 1) (b 1) (a 2) (b 2))
(run)
(retract 2)
(facts)
(retract 3)
(facts)
(exit)
