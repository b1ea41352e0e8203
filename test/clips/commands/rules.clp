; rules and list-defrules are one; the names come in the order of definition.
(defrule b (x) =>)
(defrule a (x) =>)
(rules)
(list-defrules)
(printout t (get-defrule-list) (defrule-module a) crlf)
(exit)
