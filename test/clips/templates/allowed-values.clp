; Values that are allowed, of each kind.
(deftemplate t (slot color (allowed-symbols red green)) (slot size (allowed-integers 1 2 3)) (slot name (allowed-strings "a" "b"))
  (slot any (allowed-values 1 1.5 x "y")) (multislot list (allowed-numbers 1 2.5)))
(assert (t (color green) (size 3) (name "b") (any 1.5) (list 2.5 1 1)))
(assert (t (any "y")))
(facts)
(exit)
