; bind of a global, and back to its first value.
(defglobal ?*g* = 5)
(bind ?*g* 6 7)
(printout t ?*g* crlf)
(bind ?*g*)
(printout t ?*g* " " (bind ?*g* x) crlf)
(exit)
