; + - * take integers and floats; one float makes a float.
(printout t (+ 1 2) " " (+ 1 2.0) " " (+ 1 2 3 4) " " (- 10 1) " " (- 10 1 2) " " (- 1.5 1) " " (* 2 3) " " (* 2 3 4.0) crlf)
(exit)
