; An activation goes when its facts go.
(defrule second (b ?) => (printout t "second" crlf))
(defrule first (declare (salience 1)) ?f <- (a 1) => (printout t "first" crlf) (do-for-all-facts ((?x b)) TRUE (retract ?x)))
(assert (a 1) (b 1) (b 2))
(agenda)
(run)
(exit)
