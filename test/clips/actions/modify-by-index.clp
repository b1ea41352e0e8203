; modify of a fact by its index, with expressions and an emptied multislot.
(deftemplate t (slot a) (multislot m))
(assert (t (a 1) (m x y)))
(modify 1 (a (+ 1 1)) (m))
(facts)
(modify 2 (m a (create$ b c)))
(facts)
(exit)
