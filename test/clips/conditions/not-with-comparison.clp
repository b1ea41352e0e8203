; The fact with the largest value, by not.
(defrule largest (v ?x) (not (v ?y&:(> ?y ?x))) => (printout t "largest " ?x crlf))
(assert (v 3) (v 9) (v 5))
(run)
(retract 2)
(run)
(exit)
