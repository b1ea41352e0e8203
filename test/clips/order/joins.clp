; The order of activations of two patterns, from the left and from the right.
(defrule r (a ?x) (b ?y) => (printout t ?x ?y " "))
(assert (a 1) (b 1) (b 2) (a 2) (b 3) (a 3))
(run)
(printout t crlf)
(exit)
