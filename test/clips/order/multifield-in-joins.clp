; Several splits of one fact, joined with other facts.
(defrule r (q $? ?x $?) (p ?x ?y) => (printout t ?x ?y " "))
(assert (q a b a) (p a 1) (p b 2) (p a 3))
(agenda)
(run)
(printout t crlf)
(exit)
