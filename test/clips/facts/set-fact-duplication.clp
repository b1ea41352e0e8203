; With fact duplication on, equal facts stand side by side.
(printout t (get-fact-duplication) (set-fact-duplication TRUE) (get-fact-duplication) crlf)
(assert (x 1))
(assert (x 1))
(defrule r (x ?v) => (printout t ?v crlf))
(facts)
(run)
(exit)
