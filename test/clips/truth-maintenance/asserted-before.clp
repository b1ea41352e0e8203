; A fact that stood before gains no support.
(defrule r (logical (a)) => (assert (b)))
(assert (b) (a))
(run)
(retract 2)
(facts)
(exit)
