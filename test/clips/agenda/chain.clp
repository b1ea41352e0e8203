; What a firing activates goes before what waits, under depth.
(defrule a (a ?x) => (printout t "a" ?x " ") (assert (b ?x)))
(defrule b (b ?x) => (printout t "b" ?x " ") (assert (c ?x)))
(defrule c (c ?x) => (printout t "c" ?x " "))
(assert (a 1) (a 2))
(run)
(printout t crlf)
(exit)
