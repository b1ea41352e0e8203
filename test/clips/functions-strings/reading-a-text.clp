; string-to-field reads the first field of a text.
(printout t (string-to-field "3.5 x") " " (integerp (string-to-field "3")) (floatp (string-to-field "3.5")) (symbolp (string-to-field "abc")) (stringp (string-to-field "\"q r\"")) " " (string-to-field "(a)") (string-to-field "?x") (string-to-field "  7  ") (string-to-field "") crlf)
(exit)
