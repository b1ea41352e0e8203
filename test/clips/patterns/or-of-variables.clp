; A negated variable beside literals in alternatives.
(defrule r (a ?x) (b ?y&~?x|5) => (printout t ?x " " ?y crlf))
(assert (a 5) (a 6) (b 5) (b 6) (b 7))
(run)
(exit)
