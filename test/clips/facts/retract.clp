; retract takes addresses and indexes, several at once.
(assert (a) (b) (c) (d))
(retract 1 3)
(facts)
(defrule r ?f <- (b) ?g <- (d) => (retract ?f ?g))
(run)
(facts)
(exit)
