; <- binds the fact's address, also in the middle of a rule.
(defrule r ?f <- (a ?x) (b ?x) ?g <- (c) => (printout t (fact-index ?f) " " (fact-index ?g) crlf) (retract ?g))
(assert (a 1) (b 1) (c))
(run)
(facts)
(exit)
