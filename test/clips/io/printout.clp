; printout of every type; strings without quotes, lists with.
(printout t a "b c" 1 2.0 (create$ x "y") crlf)
(printout t crlf)
(printout t)
(printout nil "swallowed" crlf)
(printout stdout "to stdout" crlf)
(exit)
