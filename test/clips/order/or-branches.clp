; The branches of an or as rules in their order.
(defrule r (or (a ?x) (b ?x) (c ?x)) => (printout t ?x " "))
(assert (c 1) (b 2) (a 3) (b 4))
(run)
(printout t crlf)
(exit)
