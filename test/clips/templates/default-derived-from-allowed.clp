; Without a default the first allowed value counts.
(deftemplate t
  (slot a (allowed-symbols red green)) (slot b (allowed-strings "one" "two")) (slot c (allowed-lexemes x "y"))
  (slot d (allowed-integers 5 3)) (slot e (allowed-floats 2.5 1.5)) (slot f (allowed-numbers 1.5 2)) (slot g (allowed-values 9 x "s"))
  (slot h (type STRING) (allowed-strings "h")) (slot i (allowed-values ?VARIABLE)))
(assert (t))
(facts)
(exit)
