; check-syntax says FALSE for a text that is well.
(printout t (check-syntax "(defrule r (a) =>)") (check-syntax "(+ 1 2)") crlf)
(exit)
