; One address, bound in each branch.
(defrule r (or ?f <- (a) ?f <- (b)) => (printout t (fact-relation ?f) crlf) (retract ?f))
(assert (a) (b))
(run)
(facts)
(exit)
