; mea: the fact of the first pattern counts first.
(set-strategy mea)
(defrule r (a ?x) (b ?y) => (printout t "r " ?x ?y crlf))
(defrule s (b ?x) => (printout t "s " ?x crlf))
(assert (b 1) (a 1) (a 2) (b 2))
(agenda)
(run)
(exit)
