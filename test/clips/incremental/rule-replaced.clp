; A rule defined again is a new rule, with new activations.
(defrule r (a ?x) => (printout t "old " ?x crlf))
(assert (a 1) (a 2))
(run 1)
(defrule r (a ?x) => (printout t "new " ?x crlf))
(agenda)
(run)
(exit)
