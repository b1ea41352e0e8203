; exists after and before other patterns.
(defrule r (x ?v) (exists (a ?v)) (y ?v) => (printout t "r " ?v crlf))
(assert (x 1) (y 1) (a 1) (x 2) (a 2) (y 2) (x 3) (y 3))
(agenda)
(run)
(exit)
