; complexity: rules with more tests first.
(set-strategy complexity)
(defrule many (a ?x&:(> ?x 0)&~7) (b ?x) (test (< ?x 10)) => (printout t "many " ?x crlf))
(defrule few (a ?x) => (printout t "few " ?x crlf))
(defrule some (a ?x) (b ?x) => (printout t "some " ?x crlf))
(assert (a 1) (b 1) (a 2) (b 2))
(agenda)
(run)
(exit)
