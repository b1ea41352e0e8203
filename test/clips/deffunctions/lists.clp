; list-deffunctions, get-deffunction-list, undeffunction.
(deffunction f () 1)
(deffunction g () (f))
(deffunction h () 3)
(list-deffunctions)
(printout t (get-deffunction-list) (deffunction-module f) crlf)
(undeffunction h)
(list-deffunctions)
(exit)
