; halt finishes the firing and ends the run.
(defrule r (a ?x) => (printout t "r " ?x crlf) (halt) (printout t "still" crlf))
(assert (a 1) (a 2))
(run)
(printout t "-" crlf)
(run)
(exit)
