; A global in deffacts and in a dynamic default.
(defglobal ?*a* = 5)
(deftemplate t (slot x (default-dynamic ?*a*)))
(deffacts d (t) (v ?*a*))
(reset)
(bind ?*a* 6)
(assert (t))
(facts)
(exit)
