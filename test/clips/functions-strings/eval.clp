; eval evaluates a text, build makes a construct of one.
(printout t (eval "(+ 1 2)") " " (eval "(create$ a b)") " " (eval "x") crlf)
(printout t (build "(defrule r (a) => (printout t built crlf))") crlf)
(assert (a))
(run)
(exit)
