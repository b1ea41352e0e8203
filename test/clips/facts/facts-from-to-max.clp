; facts takes a first index, a last index and a greatest number.
(assert (a) (b) (c) (d) (e))
(facts 2)
(facts 2 4)
(facts 1 5 2)
(exit)
