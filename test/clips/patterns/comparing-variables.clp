; Variables of earlier patterns in the constraints of later ones.
(deftemplate p (slot name) (slot age))
(defrule older (p (name ?n) (age ?a)) (p (name ?m&~?n) (age ?b&:(< ?b ?a))) => (printout t ?n " over " ?m crlf))
(assert (p (name ann) (age 30)) (p (name bob) (age 20)) (p (name cid) (age 25)))
(run)
(exit)
