; A rule of a test alone.
(defrule r (test (> 2 1)) => (printout t "true" crlf))
(defrule s (test (> 1 2)) => (printout t "false" crlf))
(reset)
(run)
(exit)
