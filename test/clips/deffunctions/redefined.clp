; A deffunction defined again is the new one, also for those who call it.
(deffunction f () 1)
(deffunction g () (f))
(deffunction f () 2)
(printout t (f) (g) crlf)
(exit)
