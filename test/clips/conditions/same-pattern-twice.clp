; A fact can match two patterns of one rule, also both with itself.
(defrule r (a ?x) (a ?y) => (printout t ?x ?y crlf))
(assert (a 1) (a 2) (a 3))
(agenda)
(run)
(exit)
