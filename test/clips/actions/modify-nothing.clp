; modify that changes nothing still makes a new fact.
(deftemplate t (slot a))
(assert (t (a 1)))
(watch facts)
(modify 1 (a 1))
(facts)
(exit)
