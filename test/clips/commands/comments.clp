; Comments anywhere.
(assert ; here
  (a ; and here
   1)) ; and here
; (assert (b))
(defrule r ; name
  (a ?x) ; pattern "with (parens"
  => (printout t "; no comment" crlf))
(run)
(exit)
