; A new rule with not groups, exists and forall over standing facts.
(assert (a 1) (a 2) (b 1) (c 1))
(defrule r1 (a ?x) (not (and (b ?x) (c ?x))) => (printout t "r1 " ?x crlf))
(defrule r2 (exists (a ?x) (b ?x)) => (printout t "r2" crlf))
(defrule r3 (forall (a ?x) (b ?x)) => (printout t "r3" crlf))
(defrule r4 (forall (b ?x) (a ?x)) => (printout t "r4" crlf))
(agenda)
(run)
(exit)
