; A multislot's derived default has as many fields as its least cardinality.
(deftemplate t
  (multislot a (cardinality 0 3)) (multislot b (type INTEGER) (cardinality 2 3)) (multislot c (type STRING) (cardinality 1 ?VARIABLE))
  (multislot d (allowed-symbols x y) (cardinality 3 3)) (multislot e (cardinality ?VARIABLE 4)))
(assert (t))
(assert (t (a 1 2 3) (b 4 5)))
(facts)
(exit)
