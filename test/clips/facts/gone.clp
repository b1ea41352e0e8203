; What is known of a fact that is gone.
(deftemplate p (slot n))
(defrule r ?f <- (p (n ?n))
  =>
  (retract ?f)
  (printout t (fact-slot-value ?f n) (fact-slot-names ?f) (fact-relation ?f) (fact-existp ?f) (fact-index ?f) crlf))
(assert (p (n 1)))
(run)
(facts)
(exit)
