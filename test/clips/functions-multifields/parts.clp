; nth$, first$, rest$ and subseq$.
(printout t (nth$ 1 (create$ a b c)) (nth$ 3 (create$ a b c)) (nth$ 4 (create$ a b c)) (nth$ 0 (create$ a b)) crlf)
(printout t (first$ (create$ a b c)) (first$ (create$)) (rest$ (create$ a b c)) (rest$ (create$ a)) (rest$ (create$)) crlf)
(printout t (subseq$ (create$ a b c d) 2 3) (subseq$ (create$ a b c) 1 9) (subseq$ (create$ a b c) 3 2) (subseq$ (create$ a b) 5 6) crlf)
(exit)
