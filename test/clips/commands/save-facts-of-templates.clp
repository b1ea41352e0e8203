; save-facts of some templates.
(deftemplate t (slot a))
(assert (t (a 1)) (o p) (o q))
(save-facts "facts.tmp" local o)
(retract *)
(load-facts "facts.tmp")
(facts)
(remove "facts.tmp")
(exit)
