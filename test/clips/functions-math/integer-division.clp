; Division of integers when floats are not wanted.
(printout t (set-auto-float-dividend FALSE) (get-auto-float-dividend) crlf)
(printout t (/ 7 2) " " (/ -7 2) " " (/ 7 2.0) " " (/ 9 2 2) " " (/ 9 2 2.0) " " (/ 9.0 2) crlf)
(defrule half (n ?n) (test (= (/ ?n 2) 3)) => (printout t ?n crlf))
(assert (n 6) (n 7) (n 8))
(run)
(printout t (set-auto-float-dividend TRUE) (/ 7 2) crlf)
(exit)
