; forall among others.
(defrule r (go ?g) (forall (a ?x) (b ?x)) => (printout t ?g " "))
(watch activations)
(assert (go 1) (a 1) (go 2))
(assert (b 1))
(assert (a 2) (b 2) (go 3))
(run)
(printout t crlf)
(exit)
