; Asserted from outside too, a fact stays without support.
(defrule r (logical (a)) => (assert (b)))
(assert (a))
(run)
(assert (b))
(retract 1)
(facts)
(exit)
