; functions under the names that they had before CLIPS 6.
(printout t (member b (create$ a b c)) " " (nth 2 (create$ a b c)) " " (subset (create$ a) (create$ a b)) crlf)
(printout t (mv-append a b (create$ c d)) " " (str-explode "a b 3") " " (str-implode (create$ a "b" 3)) crlf)
(printout t (wordp a) (wordp "a") (!= 2 3) (!= 2 2.0) (!= 2 3 2) crlf)
(exit)
