; eq and neq compare one value with all others.
(printout t (eq a a a) (eq a a b) (neq a b c) (neq a b a) (eq (create$ a 1) (create$ a 1)) (eq (create$) (create$)) (eq (create$ a) a) crlf)
(exit)
