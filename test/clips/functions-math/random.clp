; random is within its bounds, and a seed makes the row the same again.
(deffunction row (?n) (bind ?r (create$)) (loop-for-count ?n (bind ?r ?r (random 1 6))) ?r)
(seed 7)
(defglobal ?*first* = (row 20))
(seed 7)
(printout t (eq ?*first* (row 20)) crlf)
(deffunction within ($?l) (foreach ?x ?l (if (or (< ?x 1) (> ?x 6)) then (return FALSE))) TRUE)
(printout t (within ?*first*) (integerp (random)) (>= (random) 0) crlf)
(exit)
