; matches shows what each pattern, each join and the rule have.
(defrule r (a ?x) (b ?x) (c) =>)
(assert (a 1) (a 2) (b 1) (c))
(matches r)
(exit)
