; When a blocker goes and another one blocks, nothing happens.
(defrule r (a) (not (b ?)) => (printout t free crlf))
(assert (a) (b 1) (b 2) (b 3))
(watch activations)
(retract 2)
(retract 4)
(retract 3)
(exit)
