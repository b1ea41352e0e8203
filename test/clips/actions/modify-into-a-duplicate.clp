; modify into a fact that stands already leaves that one alone.
(deftemplate t (slot a))
(assert (t (a 1)) (t (a 2)))
(printout t (modify 1 (a 2)) crlf)
(facts)
(exit)
