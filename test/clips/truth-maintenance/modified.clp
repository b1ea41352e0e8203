; Modifying a supported fact outside makes an unconditional one.
(deftemplate t (slot x))
(defrule r (logical (a)) => (assert (t (x 1))))
(assert (a))
(run)
(modify 2 (x 2))
(retract 1)
(facts)
(exit)
