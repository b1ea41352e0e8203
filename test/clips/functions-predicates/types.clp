; Predicates on types.
(deffunction types (?x) (printout t ?x ": " (numberp ?x) (integerp ?x) (floatp ?x) (lexemep ?x) (symbolp ?x) (stringp ?x) (multifieldp ?x) crlf))
(types 1)
(types 1.5)
(types a)
(types "a")
(types (create$ a))
(exit)
