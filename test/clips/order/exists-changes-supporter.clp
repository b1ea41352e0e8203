; An exists keeps its activation while another fact supports it.
(defrule r (a) (exists (b ?)) => (printout t some crlf))
(watch activations)
(assert (a) (b 1) (b 2))
(retract 2)
(retract 3)
(assert (b 4))
(exit)
