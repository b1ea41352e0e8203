; A multifield variable compared in another pattern.
(deftemplate t (multislot m))
(defrule r (t (m $?a)) (q $?a) => (printout t "equal " ?a crlf))
(assert (t (m 1 2)) (q 1 2) (q 1) (t (m)) (q))
(run)
(exit)
