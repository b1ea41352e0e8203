; format to a file, and to t with its value.
(open "data.tmp" out "w")
(format out "%s-%d%n" a 1)
(close out)
(open "data.tmp" in)
(printout t (readline in) "|" (format t "%d " 2) crlf)
(close in)
(remove "data.tmp")
(exit)
