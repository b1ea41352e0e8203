; functions whose arguments stood in another order before CLIPS 6.
(printout t (mv-delete 2 (create$ a b c)) (mv-replace 2 (create$ a b c) x) (mv-replace 1 (create$ a b) (create$ x y)) crlf)
(printout t (mv-subseq 2 3 (create$ a b c d)) (mv-subseq 0 1 (create$ a b)) (mv-subseq 3 2 (create$ a b)) crlf)
(printout t (str-assert "(made by 1)") crlf)
(facts)
(exit)
