; break and return leave a query.
(deftemplate p (slot n))
(assert (p (n 1)) (p (n 2)) (p (n 3)))
(do-for-all-facts ((?x p)) TRUE (if (= ?x:n 2) then (break)) (printout t ?x:n crlf))
(deffunction first-above (?l) (do-for-all-facts ((?x p)) (> ?x:n ?l) (return ?x:n)) none)
(printout t (first-above 1) (first-above 9) crlf)
(exit)
