; str-index gives the place, or FALSE.
(printout t (str-index "l" "hello") (str-index "lo" hello) (str-index "x" "hello") (str-index "" "hello") (str-index "hello!" "hello") crlf)
(exit)
