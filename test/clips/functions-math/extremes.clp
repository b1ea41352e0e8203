; max, min and abs keep the type of what they choose.
(printout t (max 1 2.0 1.5) " " (max 3 3.0) " " (min 3 1 2) " " (min 1.0 1) " " (abs -3) " " (abs -2.5) " " (abs 4) crlf)
(exit)
