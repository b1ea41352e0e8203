; time is a float that does not go back.
(defglobal ?*t* = (time))
(printout t (floatp (time)) (>= (time) ?*t*) crlf)
(exit)
