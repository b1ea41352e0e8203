; Higher salience fires first, from -10000 to 10000.
(defrule a (declare (salience -10000)) (go) => (printout t a))
(defrule b (declare (salience 10000)) (go) => (printout t b))
(defrule c (go) => (printout t c))
(defrule d (declare (salience 1)) (go) => (printout t d))
(assert (go))
(run)
(printout t crlf)
(exit)
