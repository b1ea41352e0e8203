; What goes for want of support is seen too.
(defrule r (logical (a ?x)) => (assert (b ?x)))
(watch facts)
(watch rules)
(assert (a 1))
(run)
(retract 1)
(exit)
