; matches after the rule has fired.
(defrule r (a ?x) =>)
(assert (a 1) (a 2))
(run 1)
(matches r)
(exit)
