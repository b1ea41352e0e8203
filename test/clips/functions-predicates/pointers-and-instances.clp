; Predicates on facts, and the older name of multifieldp.
(deffunction f (?x) (printout t (sequencep ?x) (multifieldp ?x) crlf))
(f (create$ a b))
(f a)
(defrule r ?f <- (a) => (printout t (pointerp ?f) (fact-existp ?f) crlf))
(assert (a))
(run)
(exit)
