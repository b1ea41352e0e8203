; A query within another's actions.
(deftemplate p (slot n))
(assert (p (n 1)) (p (n 2)))
(do-for-all-facts ((?a p)) TRUE (do-for-all-facts ((?b p)) (neq ?a ?b) (printout t ?a:n ?b:n " ")))
(printout t crlf)
(exit)
