; Conditions are joined by and, with or without the word.
(defrule r (and (a ?x) (b ?x)) => (printout t "r " ?x crlf))
(defrule s (a ?x) (and (b ?x) (and (c) (d))) => (printout t "s " ?x crlf))
(assert (a 1) (b 1) (c) (d) (a 2))
(run)
(exit)
