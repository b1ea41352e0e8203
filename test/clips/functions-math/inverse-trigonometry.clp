; The inverse trigonometric functions.
(printout t (asin 0.5) " " (acos 0.5) " " (atan 1) crlf)
(printout t (asec 2) " " (acsc 2) " " (acot 1) " " (acot 0) crlf)
(exit)
