; A rule that asks until the answer is stop or the end of what is typed.
(defrule ask ?f <- (ask) => (printout t "value? ") (bind ?x (read)) (retract ?f) (assert (answer ?x)) (if (and (neq ?x stop) (neq ?x EOF)) then (assert (ask))))
(defrule answer (answer ?x) => (printout t "got " ?x " " (type ?x) crlf))
(assert (ask))
(run)
(facts)
(exit)
