; or makes one rule of each branch; it fires for every branch that matches.
(defrule r (or (a ?x) (b ?x)) => (printout t "r " ?x crlf))
(assert (a 1) (b 1) (b 2))
(run)
(exit)
