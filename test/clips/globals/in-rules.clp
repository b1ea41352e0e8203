; A rule counts its firings in a global.
(defglobal ?*n* = 0)
(defrule r (a ?) => (bind ?*n* (+ ?*n* 1)))
(assert (a 1) (a 2) (a 3))
(run)
(printout t ?*n* crlf)
(exit)
