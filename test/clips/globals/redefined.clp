; A global defined again takes the new value.
(defglobal ?*a* = 1)
(defglobal ?*a* = 2)
(printout t ?*a* crlf)
(undefglobal a)
(list-defglobals)
(exit)
