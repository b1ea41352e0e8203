; Quotes and backslashes in strings.
(printout t "a \"quote\" and a \\ backslash" crlf)
(assert (s "say \"hi\" \\ there"))
(facts)
(printout t (str-length "\"\\") (str-index "\"" "a\"b") crlf)
(exit)
