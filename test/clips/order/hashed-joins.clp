; Within one value of the join the order is kept.
(defrule r (a ?k ?x) (b ?k ?y) => (printout t ?k ?x ?y " "))
(assert (a 1 a) (a 2 b) (a 1 c) (b 1 d) (b 2 e) (b 1 f) (a 2 g) (b 2 h) (b 1 i))
(run)
(printout t crlf)
(exit)
