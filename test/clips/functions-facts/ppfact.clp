; ppfact prints a fact, with its template's slots on lines of their own.
(deftemplate t (slot a) (slot b (default 2)) (multislot m))
(assert (t (a 1) (m x "y")) (o p "q"))
(ppfact 1 t)
(ppfact 2 t)
(ppfact 1 t TRUE)
(exit)
