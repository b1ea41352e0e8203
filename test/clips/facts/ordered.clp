; Ordered facts: fields of every type, an empty one, and how each prints.
(assert (a))
(assert (a x "y z" 1 1.0 -2 +3 1e10 -0.5))
(assert (a x) (b y))
(facts)
(exit)
