; watch facts of one template.
(deftemplate t (slot x))
(deftemplate u (slot x))
(watch facts t)
(assert (t (x 1)) (u (x 2)) (v 3))
(retract *)
(exit)
