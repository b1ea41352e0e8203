; modify retracts and asserts again, with a new index.
(deftemplate t (slot a) (slot b) (multislot m))
(assert (t (a 1) (m x y)))
(defrule r ?f <- (t (a 1)) => (printout t (modify ?f (a 2) (m z)) crlf))
(run)
(facts)
(exit)
