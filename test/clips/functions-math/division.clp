; / always gives a float, div an integer towards zero.
(printout t (/ 4 2) " " (/ 7 2) " " (/ 1 3) " " (/ 8 2 2) " " (/ 8.0 3) crlf)
(printout t (div 7 2) " " (div -7 2) " " (div 7 -2) " " (div 33 2 3) " " (div 7.9 2) crlf)
(exit)
