; A predicate on a multifield variable.
(defrule r (q $?x&:(= (length$ ?x) 2)) => (printout t "two: " ?x crlf))
(defrule s (q $?x&:(> (length$ ?x) 0) $?y&:(> (length$ ?y) 0)) => (printout t ?x " " ?y crlf))
(assert (q 1 2) (q 1 2 3) (q))
(run)
(exit)
