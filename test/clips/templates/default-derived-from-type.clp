; Without a default the value follows from the type.
(deftemplate t
  (slot a) (slot b (type SYMBOL)) (slot c (type STRING)) (slot d (type INTEGER)) (slot e (type FLOAT))
  (slot f (type NUMBER)) (slot g (type LEXEME)) (slot h (type INTEGER FLOAT)) (slot i (type FLOAT INTEGER))
  (slot j (type STRING INTEGER)) (slot k (type ?VARIABLE)) (multislot l (type INTEGER)))
(assert (t))
(facts)
(exit)
