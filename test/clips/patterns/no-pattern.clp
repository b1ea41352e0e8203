; A rule without conditions matches the initial fact.
(defrule r => (printout t "started" crlf))
(run)
(reset)
(agenda)
(run)
(exit)
