; A multifield variable that stands twice matches equal segments.
(defrule twice (q $?x $?x) => (printout t "halves " ?x crlf))
(defrule around (q $?x mid $?x) => (printout t "around " ?x crlf))
(assert (q a b a b) (q) (q a mid a) (q mid))
(run)
(exit)
