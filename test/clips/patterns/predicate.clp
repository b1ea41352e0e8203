; : holds when its expression is not FALSE.
(defrule r (v ?x&:(numberp ?x)&:(> ?x 2)) => (printout t ?x crlf))
(defrule s (v ?x&:(member$ ?x (create$ a b 1))) => (printout t "in " ?x crlf))
(defrule u (v ?x&~:(numberp ?x)) => (printout t "no number " ?x crlf))
(assert (v 1) (v 2.5) (v 3) (v a) (v "b"))
(run)
(exit)
