; ~ binds tightest, then &, then |.
(defrule r1 (v ?x&1|2) => (printout t "r1 " ?x crlf))
(defrule r2 (v ?x&~1&~2|1) => (printout t "r2 " ?x crlf))
(defrule r3 (v 1|2&~2) => (printout t "r3" crlf))
(defrule r4 (v ?x&:(integerp ?x)&:(> ?x 2)|a) => (printout t "r4 " ?x crlf))
(assert (v 1) (v 2) (v 3) (v 4) (v a))
(run)
(exit)
