; str-length and sub-string, which counts from 1 and stays within the text.
(printout t (str-length "hello") (str-length "") (str-length abc) crlf)
(printout t (sub-string 2 3 "hello") "|" (sub-string 1 99 "hello") "|" (sub-string 4 2 "hello") "|" (sub-string 0 2 "hello") "|" (sub-string 2 2 symbol) "|" (stringp (sub-string 1 2 symbol)) crlf)
(exit)
