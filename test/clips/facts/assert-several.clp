; assert gives the address of the last fact, or FALSE when it stands already.
(printout t (assert (a) (b) (c)) crlf)
(printout t (assert (d) (a)) crlf)
(facts)
(exit)
