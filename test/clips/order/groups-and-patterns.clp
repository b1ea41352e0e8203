; not groups among patterns.
(defrule r (a ?x) (not (and (b ?x ?y) (c ?y))) (d ?z) => (printout t ?x ?z " "))
(assert (a 1) (a 2) (b 1 7) (c 7) (d 1) (d 2) (a 3))
(agenda)
(retract 4)
(agenda)
(run)
(printout t crlf)
(exit)
