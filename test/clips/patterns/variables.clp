; A variable binds at its first place and is compared at the others.
(defrule same-in-pattern (p ?x ?x) => (printout t "same " ?x crlf))
(defrule same-across (p ?x ?) (q ?x) => (printout t "across " ?x crlf))
(assert (p 1 1) (p 1 2) (q 1) (p 2 2) (q 2) (q 1.0))
(run)
(exit)
