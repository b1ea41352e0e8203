; Deffacts are asserted by reset in the order of definition, after the initial fact.
(deffacts one "first" (a 1) (a 2))
(deffacts two (b (+ 1 2)) (b (create$ x y)))
(facts)
(reset)
(facts)
(exit)
