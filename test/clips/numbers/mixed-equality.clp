; = compares values, eq types too.
(printout t (= 2 2.0) (eq 2 2.0) (neq 2 2.0) (eq 2 2) (eq "2" 2) (eq a "a") (= 0 -0.0) (eq 0.0 -0.0) crlf)
(exit)
