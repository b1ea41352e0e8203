; foreach is progn$ with a variable.
(deffunction f ($?l) (bind ?s 0) (foreach ?x ?l (if (stringp ?x) then (break)) (bind ?s (+ ?s (* ?x ?x-index)))) ?s)
(printout t (f 1 2 3) " " (f 1 "stop" 3) crlf)
(printout t (foreach ?x (create$ a b c) ?x) crlf)
(exit)
