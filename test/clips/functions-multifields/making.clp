; create$ lays multifields open; length$ counts.
(printout t (create$) (create$ a) (create$ a (create$ b c) "d" 1) (length$ (create$ a b c)) (length$ (create$)) (length "abc") crlf)
(exit)
