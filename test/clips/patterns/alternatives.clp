; | is one of several values, with a variable before it.
(defrule r (v ?x&red|green|3) => (printout t ?x crlf))
(defrule s (v red|"green") => (printout t s crlf))
(assert (v red) (v green) (v "green") (v blue) (v 3))
(run)
(exit)
