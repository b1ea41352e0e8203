; The trigonometric functions.
(printout t (sin 0) " " (sin 1) " " (cos 0) " " (cos 1) " " (tan 1) crlf)
(printout t (sec 1) " " (csc 1) " " (cot 1) crlf)
(exit)
