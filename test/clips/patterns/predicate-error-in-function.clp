; A deffunction in a constraint.
(deffunction between (?x ?low ?high) (and (>= ?x ?low) (<= ?x ?high)))
(defrule r (v ?x&:(between ?x 2 4)) => (printout t ?x crlf))
(assert (v 1) (v 2) (v 4) (v 5))
(run)
(exit)
