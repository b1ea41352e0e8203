; Support by the absence of a fact.
(defrule r (logical (a ?x) (not (b ?x))) => (assert (c ?x)))
(assert (a 1) (a 2))
(run)
(facts)
(watch facts)
(assert (b 1))
(facts)
(exit)
