; A variable over facts of several templates.
(deftemplate p (slot n))
(deftemplate q (slot n))
(assert (q (n 1)) (p (n 2)) (q (n 3)))
(do-for-all-facts ((?x p q)) TRUE (printout t (fact-relation ?x) ?x:n " "))
(printout t crlf)
(exit)
