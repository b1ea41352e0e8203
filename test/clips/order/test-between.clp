; A test between patterns is checked with the pattern before it.
(defrule r (a ?x) (test (> ?x 1)) (b ?y) (test (> ?y ?x)) (c ?z) => (printout t ?x ?y ?z " "))
(assert (c 1) (b 3) (b 2) (a 1) (a 2) (a 3) (c 2) (b 4))
(run)
(printout t crlf)
(exit)
