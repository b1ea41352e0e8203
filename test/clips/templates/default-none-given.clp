; A slot with ?NONE takes what is given.
(deftemplate t (slot id (default ?NONE)) (slot x (default ?DERIVE)))
(assert (t (id 1)))
(assert (t (id 2) (x y)))
(facts)
(exit)
