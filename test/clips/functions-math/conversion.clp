; integer truncates, float widens, round goes to the nearest.
(printout t (integer 3.9) " " (integer -3.9) " " (integer 5) " " (float 3) " " (float 2.5) crlf)
(printout t (round 2.4) " " (round 2.5) " " (round 2.6) " " (round -2.4) " " (round -2.5) " " (round -2.6) " " (round 3) " " (round 3.5) crlf)
(exit)
