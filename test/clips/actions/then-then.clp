; A symbol then as the first action of then.
(deffunction f (?x) (if ?x then then else else))
(printout t (f TRUE) (f FALSE) crlf)
(exit)
