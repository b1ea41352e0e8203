; ~ is all but a value; several are joined by &.
(defrule r (v ~1) => (printout t "not 1" crlf))
(defrule s (v ?x&~1&~2) => (printout t "s " ?x crlf))
(assert (v 1) (v 2) (v 3) (v one))
(run)
(exit)
