; What can be called, and what the program says of itself.
(apropos slot-defaultp)
(apropos nothing-of-that-name)
(printout t (subsetp (create$ + nth$ apropos) (get-function-list)) (member$ zebra (get-function-list)) crlf)
(printout t (get-function-restrictions +) " " (get-function-restrictions nth$) crlf)
(printout t (operating-system) crlf)
(system "rm -r everything")
(printout t (integerp (mem-used)) (integerp (mem-requests)) (integerp (release-mem)) crlf)
(exit)
