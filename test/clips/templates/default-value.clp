; A default is evaluated once, when the template is defined.
(defglobal ?*n* = 1)
(deftemplate t (slot a (default 7)) (slot b (default (+ ?*n* 10))) (multislot c (default x 1 "s")) (multislot d (default (create$ 1 2))))
(bind ?*n* 100)
(assert (t))
(assert (t (a 1) (c)))
(facts)
(exit)
