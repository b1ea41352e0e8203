; watch rules of one name; list-watch-items tells what is watched.
(defrule r (a) =>)
(defrule s (a) =>)
(watch rules r)
(assert (a))
(run)
(list-watch-items rules)
(exit)
