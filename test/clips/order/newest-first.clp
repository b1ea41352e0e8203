; Newest facts first, and for one fact the rule defined first.
(defrule r1 (a ?x) => (printout t "r1 " ?x crlf))
(defrule r2 (a ?x) => (printout t "r2 " ?x crlf))
(defrule r3 (a 1) => (printout t "r3" crlf))
(assert (a 1))
(assert (a 2))
(run)
(exit)
