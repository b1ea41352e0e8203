; 1, 1.0, "1" and the symbol |1| are four values.
(assert (x 1))
(assert (x 1.0))
(assert (x "1"))
(assert (x "one"))
(assert (x one))
(facts)
(exit)
