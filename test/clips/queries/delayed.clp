; delayed-do-for-all-facts collects first, then acts.
(deftemplate p (slot n))
(assert (p (n 1)) (p (n 2)))
(delayed-do-for-all-facts ((?x p)) TRUE (assert (p (n (+ ?x:n 10)))) (retract ?x))
(facts)
(exit)
