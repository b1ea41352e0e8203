; A support that goes while its rule fires: the fact is not made.
(defrule r (logical ?f <- (a)) => (retract ?f) (printout t (assert (b)) crlf))
(assert (a))
(run)
(facts)
(exit)
