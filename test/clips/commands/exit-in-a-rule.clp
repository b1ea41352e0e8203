; exit in a rule ends the program in the middle of the firing.
(defrule r (a ?x) => (printout t ?x crlf) (exit) (printout t "after" crlf))
(assert (a 1) (a 2))
(run)
