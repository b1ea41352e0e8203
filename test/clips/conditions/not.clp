; not holds while nothing matches.
(defrule r (a ?x) (not (b ?x)) => (printout t "free " ?x crlf))
(assert (a 1) (a 2) (b 1))
(run)
(retract 3)
(agenda)
(run)
(exit)
