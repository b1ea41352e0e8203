; A pattern that names no slot matches each fact of its template.
(deftemplate t (slot a))
(defrule r ?f <- (t) => (printout t (fact-slot-value ?f a) crlf))
(assert (t (a 1)) (t (a 2)))
(run)
(exit)
