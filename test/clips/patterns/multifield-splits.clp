; Several multifield wildcards in one slot: every split is an activation.
(defrule split (q $?x / $?y) => (printout t ?x " / " ?y crlf))
(defrule three (r $?x $?y $?z) => (printout t ?x ?y ?z crlf))
(assert (q a / b / c))
(assert (r 1 2))
(run)
(exit)
