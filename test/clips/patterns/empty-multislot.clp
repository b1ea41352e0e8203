; A multislot with nothing in it, matched by nothing and by $?.
(deftemplate t (multislot m) (slot n))
(defrule empty (t (m) (n ?n)) => (printout t "empty " ?n crlf))
(defrule any (t (m $?m) (n ?n)) => (printout t "any " ?n " " (length$ ?m) crlf))
(assert (t (n 1)) (t (n 2) (m x)))
(run)
(exit)
