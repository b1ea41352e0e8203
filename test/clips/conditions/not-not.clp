; A not in a not holds while something matches.
(defrule r (go) (not (not (a ?))) => (printout t "some" crlf))
(assert (go))
(agenda)
(assert (a 1) (a 2))
(agenda)
(run)
(exit)
