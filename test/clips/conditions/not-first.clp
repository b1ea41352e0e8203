; A rule that starts with not is matched at once.
(defrule r (not (a)) => (printout t "no a" crlf))
(agenda)
(assert (a))
(agenda)
(retract 1)
(run)
(exit)
