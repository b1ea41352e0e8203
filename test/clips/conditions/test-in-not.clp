; A test inside of a not group.
(defrule r (a ?x) (not (and (b ?y) (test (> ?y ?x)))) => (printout t ?x " is not exceeded" crlf))
(assert (a 1) (a 5) (b 3))
(run)
(exit)
