; Multislots in queries.
(deftemplate p (multislot m))
(assert (p (m a b)) (p (m)) (p (m c)))
(do-for-all-facts ((?x p)) (> (length$ ?x:m) 0) (printout t ?x:m (nth$ 1 ?x:m) crlf))
(exit)
