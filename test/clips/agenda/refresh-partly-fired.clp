; refresh of a rule that has fired in part.
(defrule r (a ?x) => (printout t ?x crlf))
(assert (a 1) (a 2) (a 3))
(run 1)
(refresh r)
(agenda)
(exit)
