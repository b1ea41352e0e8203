; test holds when its expression is not FALSE.
(defrule r (a ?x) (b ?y) (test (> ?x ?y)) => (printout t ?x ">" ?y crlf))
(defrule s (test (= 1 1)) (a ?x) => (printout t "s " ?x crlf))
(defrule never (a ?) (test (eq 1 2)) => (printout t never crlf))
(assert (a 1) (a 3) (b 2))
(run)
(exit)
