; lex: the newest facts first, compared from the newest down.
(set-strategy lex)
(defrule r (a ?x) (b ?y) => (printout t "r " ?x ?y crlf))
(defrule s (a ?x) => (printout t "s " ?x crlf))
(assert (a 1) (b 1) (a 2) (b 2))
(agenda)
(run)
(exit)
