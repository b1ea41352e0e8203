; do-for-fact acts on the first set of facts that satisfies.
(deftemplate p (slot name) (slot age))
(assert (p (name ann) (age 30)) (p (name bob) (age 20)) (p (name cid) (age 40)))
(printout t (do-for-fact ((?x p)) (> ?x:age 10) (printout t ?x:name crlf) (* 2 ?x:age)) crlf)
(printout t (do-for-fact ((?x p)) (> ?x:age 90) (printout t never crlf)) crlf)
(exit)
