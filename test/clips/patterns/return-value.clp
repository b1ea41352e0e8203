; = compares with the value of an expression.
(defrule next (v ?x&:(integerp ?x)) (v =(+ ?x 1)) => (printout t ?x " has a next" crlf))
(defrule not-next (v ?x) (v ?y&~=(+ ?x 1)&~?x) => (printout t ?x " " ?y crlf))
(assert (v 1) (v 2) (v 4))
(run)
(exit)
