; (retract *) takes away all facts.
(reset)
(assert (a) (b))
(retract *)
(facts)
(assert (c))
(facts)
(exit)
