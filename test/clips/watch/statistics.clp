; watch statistics at the end of a run, without the time.
(defrule r (a ?x) =>)
(assert (a 1))
(unwatch statistics)
(watch rules)
(run)
(exit)
