; watch activations of one rule.
(defrule r (a) =>)
(defrule s (a) =>)
(watch activations s)
(assert (a))
(retract 1)
(exit)
