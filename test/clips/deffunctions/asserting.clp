; A deffunction that asserts and retracts.
(deffunction add (?x) (assert (v ?x)))
(deffunction take (?f) (retract ?f))
(printout t (add 1) (add 2) (add 1) crlf)
(take 1)
(facts)
(exit)
