; explode$ reads the fields of a text, implode$ writes them.
(printout t (explode$ "a 1 2.5 \"q r\" (x)") (length$ (explode$ "a 1 2.5 \"q r\" (x)")) (explode$ "") crlf)
(printout t (implode$ (create$ a 1 2.5 "q r" "x\"y")) "|" (implode$ (create$)) "|" crlf)
(exit)
