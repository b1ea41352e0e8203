; A fact that matches a pattern and the not behind it.
(defrule unique (a ?x ?id) (not (a ?x ~?id)) => (printout t ?x ?id " "))
(watch activations)
(assert (a 1 p))
(assert (a 1 q))
(assert (a 2 p))
(retract 1)
(exit)
