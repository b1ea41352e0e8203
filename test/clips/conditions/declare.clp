; The declarations of a rule.
(defrule r "a comment" (declare (salience 5) (auto-focus FALSE)) (a) => (printout t r crlf))
(defrule s (declare (auto-focus TRUE)) (a) => (printout t s crlf))
(assert (a))
(agenda)
(run)
(exit)
