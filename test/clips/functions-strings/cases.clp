; upcase and lowcase keep the type.
(printout t (upcase "Hello 1") (lowcase "Hello 1") (upcase abC) (symbolp (upcase abC)) (stringp (lowcase "X")) crlf)
(exit)
