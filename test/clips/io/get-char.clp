; get-char reads one character as its code.
(open "data.tmp" out "w")
(printout out "ab" crlf)
(close out)
(open "data.tmp" in)
(printout t (get-char in) " " (get-char in) " " (get-char in) " " (get-char in) crlf)
(close in)
(remove "data.tmp")
(exit)
