; load says which joins of a rule are new and which are shared.
(open "constructs.tmp" out "w")
(printout out "(defrule r (a ?x) (b ?x) =>)" crlf "(defrule s (a ?x) (b ?x) (c) =>)" crlf "(defrule u (a ?x) (c) =>)" crlf "(defrule v (a ?x) (not (b ?x)) =>)" crlf "(defrule w (or (a 1) (b 2)) =>)" crlf)
(close out)
(load "constructs.tmp")
(remove "constructs.tmp")
(exit)
