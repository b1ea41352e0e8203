; Retracting the facts of activations that wait.
(defrule pair ?f <- (n ?x) ?g <- (n ?y&:(> ?y ?x)) => (printout t ?x "<" ?y crlf) (retract ?f))
(assert (n 3) (n 1) (n 2) (n 5) (n 4))
(run)
(facts)
(exit)
