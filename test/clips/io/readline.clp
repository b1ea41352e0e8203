; readline gives a line as a string, and EOF at the end.
(open "data.tmp" out "w")
(printout out "first line" crlf crlf "  third (line) ; here" crlf "last")
(close out)
(open "data.tmp" in)
(printout t "[" (readline in) "][" (readline in) "][" (readline in) "][" (readline in) "][" (readline in) "]" crlf)
(close)
(remove "data.tmp")
(exit)
