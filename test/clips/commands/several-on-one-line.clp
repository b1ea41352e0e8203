; In a batch each command is taken by itself, also when several stand on one line.
(assert (a)) (assert (b)) (facts)
(assert (c))
(facts)
(exit)
