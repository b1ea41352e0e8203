; Without a default the low end of the range counts, and zero where that side is open.
(deftemplate t
  (slot a (type INTEGER) (range 3 9)) (slot b (type FLOAT) (range 1.5 9.5)) (slot c (type INTEGER) (range ?VARIABLE 9))
  (slot d (type INTEGER) (range 3 ?VARIABLE)) (slot e (type NUMBER) (range -2 2)) (slot f (type INTEGER) (range ?VARIABLE -5)))
(assert (t))
(facts)
(exit)
