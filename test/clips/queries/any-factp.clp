; any-factp says whether some fact satisfies a query.
(deftemplate p (slot name) (slot age))
(assert (p (name ann) (age 30)) (p (name bob) (age 20)))
(printout t (any-factp ((?x p)) (> ?x:age 25)) (any-factp ((?x p)) (> ?x:age 35)) crlf)
(exit)
