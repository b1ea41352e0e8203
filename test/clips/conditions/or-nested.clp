; An or in an or, and two of them in one rule.
(defrule r (or (a) (or (b) (c))) (or (x ?v) (y ?v)) => (printout t "r " ?v crlf))
(assert (a) (c) (x 1) (y 2))
(agenda)
(run)
(exit)
