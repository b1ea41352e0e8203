; str-cat makes a string, sym-cat a symbol of any values.
(printout t (str-cat a "b" 1 2.0 "c d") " " (sym-cat a "b" 1) " " (stringp (str-cat a b)) (symbolp (sym-cat a b)) (str-cat "x") crlf)
(exit)
