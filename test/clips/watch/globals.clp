; watch globals: each change, also the one of a reset.
(defglobal ?*g* = 1 ?*h* = "x")
(watch globals)
(bind ?*g* 2)
(bind ?*h* (create$ a b))
(bind ?*g* 2)
(reset)
(exit)
