; ppdefrule prints a rule in form, with comment and declarations.
(defrule r "a comment" (declare (salience 10) (auto-focus TRUE)) ?f <- (a ?x&:(> ?x 1)&~5 $?rest) (not (b ?x)) (or (c) (and (d) (e))) (test (eq ?x ?x)) => (retract ?f) (if (> ?x 2) then (printout t ?x crlf) else (assert (b ?x))) (bind ?y (+ ?x 1)) (while (> ?y 0) do (bind ?y (- ?y 1))))
(ppdefrule r)
(exit)
