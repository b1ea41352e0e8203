; A template that nothing uses can be defined again.
(deftemplate t (slot a))
(deftemplate t (slot b) (slot c))
(assert (t (c 1)))
(facts)
(exit)
