; batch* runs a file's commands without showing them.
(open "batch.tmp" out "w")
(printout out "(assert (a 1))" crlf "(defrule r (a ?x) => (printout t ?x crlf))" crlf "(run)" crlf)
(close out)
(printout t (batch* "batch.tmp") crlf)
(facts)
(remove "batch.tmp")
(exit)
