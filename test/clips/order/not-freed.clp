; A match that a not sets free is a new activation.
(defrule r (a ?x) (not (b ?x)) => (printout t ?x " "))
(assert (a 1) (a 2) (a 3) (b 1) (b 3))
(retract 4)
(agenda)
(retract 5)
(run)
(printout t crlf)
(exit)
