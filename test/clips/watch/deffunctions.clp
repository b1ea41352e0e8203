; watch deffunctions: calls and returns with their depth.
(deffunction f (?x) (if (> ?x 0) then (f (- ?x 1)) else done))
(watch deffunctions)
(printout t (f 2) crlf)
(unwatch deffunctions)
(f 1)
(exit)
