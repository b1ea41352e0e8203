; Two fact variables make all pairs, the last varying fastest.
(deftemplate p (slot n))
(deftemplate q (slot m))
(assert (p (n 1)) (p (n 2)) (q (m 1)) (q (m 2)) (q (m 3)))
(do-for-all-facts ((?a p) (?b q)) (< ?a:n ?b:m) (printout t ?a:n "<" ?b:m " "))
(printout t crlf (find-fact ((?a p) (?b q)) (= ?a:n ?b:m)) crlf)
(exit)
