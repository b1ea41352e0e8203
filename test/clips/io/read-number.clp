; read-number reads a number.
(open "data.tmp" out "w")
(printout out "12 -3.5 " crlf)
(close out)
(open "data.tmp" in)
(printout t (read-number in) " " (read-number in) crlf)
(close in)
(remove "data.tmp")
(exit)
