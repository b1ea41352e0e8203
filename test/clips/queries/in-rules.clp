; A query on a right-hand side and in a test, with variables of the rule.
(deftemplate p (slot n))
(defrule r (limit ?l) (test (any-factp ((?x p)) (> ?x:n ?l))) => (bind ?c 0) (do-for-all-facts ((?x p)) (> ?x:n ?l) (bind ?c (+ ?c ?x:n))) (printout t "sum " ?c crlf))
(assert (p (n 1)) (p (n 5)) (p (n 7)))
(assert (limit 2))
(run)
(exit)
