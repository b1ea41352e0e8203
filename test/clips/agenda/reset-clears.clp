; reset takes away facts and activations.
(defrule r (a) => (printout t r crlf))
(assert (a))
(agenda)
(reset)
(agenda)
(run)
(exit)
