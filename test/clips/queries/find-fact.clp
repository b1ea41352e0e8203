; find-fact gives the first set of facts in a multifield, find-all-facts all of them.
(deftemplate p (slot name) (slot age))
(assert (p (name ann) (age 30)) (p (name bob) (age 20)) (p (name cid) (age 40)))
(printout t (find-fact ((?x p)) (> ?x:age 25)) (find-fact ((?x p)) (> ?x:age 50)) (find-all-facts ((?x p)) (> ?x:age 25)) (find-all-facts ((?x p)) TRUE) crlf)
(exit)
