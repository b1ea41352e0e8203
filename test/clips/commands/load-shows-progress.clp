; load prints a mark for each construct, and whether its joins are new or shared.
(open "constructs.tmp" out "w")
(printout out "(deftemplate t (slot a))" crlf "(deffacts d (t))" crlf "(defglobal ?*g* = 1)" crlf "(deffunction f () 1)" crlf "(defrule r (t (a ?x)) (u ?x) =>)" crlf "(defrule s (t (a ?x)) (u ?x) (v) =>)" crlf)
(close out)
(load "constructs.tmp")
(remove "constructs.tmp")
(list-defrules)
(exit)
