; exists inside of a not.
(defrule r (a ?x) (not (exists (b ?x))) => (printout t ?x crlf))
(assert (a 1) (a 2) (b 2))
(run)
(exit)
