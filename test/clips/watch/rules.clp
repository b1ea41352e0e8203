; watch rules: each firing, numbered within its run.
(defrule r (a ?x) (not (z)) => )
(defrule s (b) (a ?x) => (halt))
(assert (a 1) (a 2) (b))
(watch rules)
(run)
(run)
(run)
(exit)
