; All branches of a rule with or go together.
(defrule r (or (a) (b)) =>)
(assert (a) (b))
(agenda)
(undefrule r)
(agenda)
(facts)
(exit)
