; exit ends at once; nothing that follows is done.
(printout t "before" crlf)
(exit)
(printout t "after" crlf)
