; A rule defined while facts stand is matched with them.
(assert (a 1) (a 2) (b 2))
(defrule r (a ?x) (b ?x) => (printout t "r " ?x crlf))
(defrule s (a ?x) (not (b ?x)) => (printout t "s " ?x crlf))
(agenda)
(run)
(exit)
