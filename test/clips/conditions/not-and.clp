; A group in a not: no pair that agrees.
(defrule r (go) (not (and (a ?x) (b ?x))) => (printout t "no pair" crlf))
(assert (go) (a 1) (b 2))
(run)
(assert (b 1))
(retract 4)
(agenda)
(run)
(exit)
