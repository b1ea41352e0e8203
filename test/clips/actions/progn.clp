; progn gives the value of its last expression.
(printout t (progn (printout t "one ") (printout t "two ") 3) (progn) crlf)
(exit)
