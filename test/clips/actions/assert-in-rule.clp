; What a rule asserts is matched before the next action.
(defrule r (a) => (printout t (assert (b)) (assert (b)) (assert (c 1) (c 2)) crlf))
(defrule s (declare (salience 10)) (b) => (printout t "s" crlf))
(assert (a))
(run)
(facts)
(exit)
