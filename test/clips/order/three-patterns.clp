; Three patterns on the same facts.
(defrule r (a ?x) (a ?y) (a ?z) => (printout t ?x ?y ?z " "))
(assert (a 1) (a 2))
(run)
(printout t crlf)
(exit)
