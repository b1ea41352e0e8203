; Ordered facts have the slot implied.
(assert (v 1 2) (v 3))
(do-for-all-facts ((?x v)) TRUE (printout t ?x:implied (length$ ?x:implied) crlf))
(exit)
