; assert-string asserts what a text says.
(deftemplate t (slot s) (multislot m))
(assert-string "(a b \"c d\" 3)")
(assert-string "(t (m x y) (s \"q\"))")
(printout t (assert-string "(z)") crlf)
(facts)
(exit)
