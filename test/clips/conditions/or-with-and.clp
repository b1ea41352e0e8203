; Branches of an or can be groups; what follows is shared by all.
(defrule r (or (and (a ?x) (b ?x)) (c ?x)) (go) => (printout t "r " ?x crlf))
(assert (a 1) (b 1) (c 7) (go))
(agenda)
(run)
(exit)
