; rename and remove.
(open "one.tmp" one "w")
(printout one "text" crlf)
(close one)
(printout t (rename "one.tmp" "two.tmp") (open "two.tmp" two) (readline two) (close two) (remove "two.tmp") (open "two.tmp" two) crlf)
(exit)
