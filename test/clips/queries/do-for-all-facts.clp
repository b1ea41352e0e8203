; do-for-all-facts acts on each set of facts, in the order of their indexes; what was retracted meanwhile is passed over.
(deftemplate p (slot name) (slot age))
(assert (p (name ann) (age 30)) (p (name bob) (age 20)) (p (name cid) (age 40)))
(do-for-all-facts ((?x p)) (< ?x:age 35) (printout t ?x:name " " (fact-index ?x) crlf))
(do-for-all-facts ((?x p)) TRUE (printout t ?x:name crlf) (if (eq ?x:name ann) then (retract 2)))
(do-for-all-facts ((?x p)) (eq ?x:name ann) (modify ?x (name dan)))
(facts)
(exit)
