; Rules that share their first patterns.
(defrule r1 (a ?x) (b ?x) => (printout t "r1" ?x " "))
(defrule r2 (a ?x) (b ?x) (c) => (printout t "r2" ?x " "))
(defrule r3 (a ?x) (b ?x) => (printout t "r3" ?x " "))
(defrule r4 (a ?x) (b ?y) => (printout t "r4" ?x ?y " "))
(assert (a 1) (b 1) (c) (a 2) (b 2))
(run)
(printout t crlf)
(exit)
