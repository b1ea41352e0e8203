; dependencies shows what supports a fact, dependents what it supports.
(defrule r (logical (a) (b)) => (assert (c)))
(assert (a) (b))
(run)
(dependencies 3)
(dependents 1)
(dependencies 1)
(dependents 3)
(exit)
