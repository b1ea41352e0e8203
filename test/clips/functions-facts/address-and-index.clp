; fact-index, fact-existp and fact-relation.
(deftemplate t (slot a))
(assert (t (a 1)) (x y))
(printout t (fact-relation 1) " " (fact-relation 2) " " (fact-existp 1) (fact-existp 9) crlf)
(defrule r ?f <- (t) => (printout t (fact-index ?f) (fact-existp ?f) (retract ?f) (fact-existp ?f) crlf))
(run)
(exit)
