; printout of variables of the conditions.
(defrule r ?f <- (a ?x $?y) => (printout t ?x ":" ?y ":" ?f crlf))
(assert (a 1 2 "three"))
(assert (a "s"))
(run)
(exit)
