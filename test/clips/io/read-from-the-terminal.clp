; read and readline from the terminal take what is typed.
(printout t "[" (read) "]" crlf)
(printout t "[" (read) "]" crlf)
(printout t "[" (readline) "]" crlf)
(exit)
