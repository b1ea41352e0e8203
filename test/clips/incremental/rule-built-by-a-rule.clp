; A rule makes a rule while it fires.
(defrule r (a) => (build "(defrule s (a) (b) => (printout t built crlf))") (printout t "r" crlf))
(assert (a) (b))
(run)
(list-defrules)
(exit)
