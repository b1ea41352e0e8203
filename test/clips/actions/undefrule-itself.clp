; A rule can't be removed while it fires; another one can.
(defrule r (a ?x) => (printout t "r " ?x crlf) (undefrule other) (printout t "gone" crlf))
(defrule other (a ?x) => (printout t "other " ?x crlf))
(assert (a 1) (a 2))
(run)
(list-defrules)
(exit)
