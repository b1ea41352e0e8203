; ppdefrule of patterns with slots, and of exists, forall and logical.
(deftemplate t (slot a) (multislot m))
(defrule r (logical ?f <- (t (a ?x) (m $?m red|green ?))) (exists (t (a ?x)) (b)) (forall (t (a ?y)) (b ?y)) => (modify ?f (a 2) (m)) (loop-for-count (?i 1 3) do (printout t ?i)) (switch ?x (case 1 then one) (default other)) (foreach ?z ?m (printout t ?z)))
(ppdefrule r)
(exit)
