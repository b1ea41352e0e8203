; First, rest and last fields of a multislot.
(deftemplate t (multislot m))
(defrule r (t (m ?first $?middle ?last)) => (printout t ?first " " ?middle " " ?last crlf))
(defrule s (t (m ?only)) => (printout t "only " ?only crlf))
(assert (t (m a)) (t (m a b)) (t (m a b c d)) (t (m)))
(run)
(exit)
