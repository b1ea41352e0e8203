; A dynamic default is evaluated at every assert.
(defglobal ?*n* = 0)
(deffunction next () (bind ?*n* (+ ?*n* 1)) ?*n*)
(deftemplate t (slot id (default-dynamic (next))) (multislot m (default-dynamic (create$ ?*n* (* ?*n* 2)))))
(assert (t))
(assert (t))
(assert (t (id given)))
(facts)
(exit)
