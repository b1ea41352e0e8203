; random fires all, in whatever order.
(set-strategy random)
(printout t (get-strategy) crlf)
(defglobal ?*sum* = 0)
(defrule r (a ?x) => (bind ?*sum* (+ ?*sum* ?x)))
(assert (a 1) (a 2) (a 4) (a 8))
(run)
(printout t ?*sum* crlf)
(exit)
