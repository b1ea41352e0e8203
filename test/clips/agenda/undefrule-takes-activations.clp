; undefrule takes a rule's activations with it.
(defrule r (a) => (printout t r crlf))
(defrule s (a) => (printout t s crlf))
(assert (a))
(agenda)
(undefrule r)
(agenda)
(run)
(exit)
