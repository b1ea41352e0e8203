; Strings in a multifield print with quotes, alone without.
(printout t "a" (create$ "a" b) (create$ "say \"hi\"") (create$ 1.0 -2) crlf)
(exit)
