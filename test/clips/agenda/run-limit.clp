; run takes a limit; what is left can be run later.
(defrule r (a ?x) => (printout t ?x crlf))
(assert (a 1) (a 2) (a 3))
(run 2)
(printout t - crlf)
(run 0)
(run -1)
(run)
(exit)
