; crlf, tab, vtab and ff in printout.
(printout t a tab b crlf c vtab d ff e crlf)
(printout t "a string
over two lines" crlf)
(exit)
