; timer measures what its arguments take, in seconds.
(printout t (floatp (timer (+ 1 2) (printout t "evaluated" crlf))) (>= (timer) 0.0) crlf)
(exit)
