; depth: what was activated last fires first.
(set-strategy depth)
(defrule r1 (a ?x) => (printout t "r1 " ?x crlf))
(defrule r2 (a ?x) (b ?y) => (printout t "r2 " ?x ?y crlf))
(defrule r3 (b ?y) => (printout t "r3 " ?y crlf))
(assert (a 1) (b 1) (a 2) (b 2))
(agenda)
(run)
(exit)
