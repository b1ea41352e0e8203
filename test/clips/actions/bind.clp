; bind gives a variable a value, shadows one of the conditions, and makes a multifield of several values.
(defrule r (a ?x) => (bind ?y (+ ?x 1)) (bind ?x 10) (bind ?m 1 2 (create$ 3 4)) (printout t ?x " " ?y " " ?m (bind ?z) crlf))
(assert (a 1))
(run)
(exit)
