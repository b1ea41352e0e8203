; matches of a rule with the initial fact and of a rule whose patterns are groups.
(defrule r =>)
(defrule s (a ?x) (not (and (b ?x) (c))) =>)
(assert (a 1) (a 2) (b 1) (c))
(reset)
(matches r)
(assert (a 1) (a 2) (b 1) (c))
(matches s)
(exit)
