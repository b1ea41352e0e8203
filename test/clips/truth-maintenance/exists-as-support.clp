; Support by exists outlives one of the facts.
(defrule r (logical (exists (a ?))) => (assert (some)))
(assert (a 1) (a 2))
(run)
(retract 1)
(facts)
(retract 2)
(facts)
(exit)
