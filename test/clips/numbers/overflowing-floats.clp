; Floats beyond their range.
(printout t (* 1e300 1e300) " " (- 0 (* 1e300 1e300)) " " (* 1e-300 1e-300) crlf)
(exit)
