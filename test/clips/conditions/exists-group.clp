; exists of several conditions.
(defrule r (go) (exists (a ?x) (b ?x)) => (printout t "a pair" crlf))
(assert (go) (a 1) (b 2))
(run)
(assert (b 1) (a 2))
(agenda)
(run)
(exit)
