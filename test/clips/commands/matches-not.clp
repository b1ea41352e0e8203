; matches of a rule with not and exists.
(defrule r (a ?x) (not (b ?x)) (exists (c ?)) =>)
(assert (a 1) (a 2) (b 1) (c 1) (c 2))
(matches r)
(exit)
