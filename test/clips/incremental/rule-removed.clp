; A removed rule leaves the others that share its joins alone.
(defrule r (a ?x) (b ?x) => (printout t "r " ?x crlf))
(defrule s (a ?x) (b ?x) => (printout t "s " ?x crlf))
(assert (a 1) (b 1))
(undefrule r)
(assert (a 2) (b 2))
(agenda)
(run)
(exit)
