; Integers beyond 2^53 stay exact; as floats they don't.
(printout t (+ 9007199254740992 1) " " (eq 9007199254740993 9007199254740992) " " (= 9007199254740993 9007199254740992) " " (float 9007199254740993) " " (integer 1e15) crlf)
(assert (n 9007199254740993) (n 9007199254740992))
(defrule r (n ?x) => (printout t ?x crlf))
(run)
(exit)
