; A literal of the declared types is taken by deffacts, assert and patterns.
(deftemplate t (slot s (type SYMBOL STRING)) (slot n (type NUMBER)) (multislot l (type LEXEME INTEGER)))
(deffacts d (t (s a) (n 1)) (t (s "b") (n 2.5) (l x "y" 3)))
(defrule r (t (s "b") (n 2.5)) => (printout t "found" crlf))
(reset)
(facts)
(run)
(exit)
