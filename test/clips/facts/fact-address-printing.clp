; A fact address prints with its index.
(defrule r ?f <- (a ?) => (printout t ?f " " (fact-index ?f) crlf) (assert (holds ?f)))
(assert (a 1))
(run)
(facts)
(exit)
