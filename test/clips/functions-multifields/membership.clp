; member$ gives a place, or two for a multifield; subsetp.
(printout t (member$ b (create$ a b c)) (member$ z (create$ a b)) (member$ (create$ b c) (create$ a b c)) (member$ 1 (create$ 1.0 1)) (member$ "a" (create$ a "a")) crlf)
(printout t (subsetp (create$ a b) (create$ b c a)) (subsetp (create$ a z) (create$ a)) (subsetp (create$) (create$ a)) (subsetp (create$ a) (create$)) crlf)
(exit)
