; The order of activations of a new rule.
(assert (a 1) (b 1) (a 2) (b 2) (a 3))
(defrule r (a ?x) => (printout t "r" ?x " "))
(defrule s (a ?x) (b ?y) => (printout t "s" ?x ?y " "))
(agenda)
(run)
(printout t crlf)
(exit)
