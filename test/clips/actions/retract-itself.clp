; A rule retracts its own facts; the firing goes on, and the address says so.
(defrule r ?f <- (a ?x) => (retract ?f) (printout t ?x " " (fact-existp ?f) " " (fact-index ?f) crlf))
(assert (a 1) (a 2))
(run)
(facts)
(exit)
