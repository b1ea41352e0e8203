; ppdefglobal prints the definition.
(defglobal ?*a* = (+ 1 2))
(bind ?*a* 9)
(ppdefglobal a)
(show-defglobals)
(printout t (get-defglobal-list) (defglobal-module a) crlf)
(exit)
