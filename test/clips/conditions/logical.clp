; What a rule asserts under logical goes with its support.
(defrule r (logical (a ?x)) => (assert (b ?x)))
(assert (a 1) (a 2))
(run)
(facts)
(retract 1)
(facts)
(exit)
