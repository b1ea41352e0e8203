; funcall calls a function by its name.
(deffunction twice (?x) (* 2 ?x))
(printout t (funcall + 1 2 3) (funcall twice 4) (funcall (sym-cat str- cat) a b) crlf)
(deffunction each (?f $?l) (bind ?r (create$)) (foreach ?x ?l (bind ?r ?r (funcall ?f ?x))) ?r)
(printout t (each twice 1 2 3) (each upcase a b) crlf)
(exit)
