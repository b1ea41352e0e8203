; mod keeps the sign of the dividend.
(printout t (mod 7 3) " " (mod -7 3) " " (mod 7 -3) " " (mod 3.7 1.2) " " (mod -5.5 2) " " (mod 6 3) crlf)
(exit)
