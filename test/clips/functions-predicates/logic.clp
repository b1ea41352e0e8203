; and, or and not stop as soon as they know.
(deffunction say (?x ?v) (printout t ?x " ") ?v)
(printout t (and (say 1 TRUE) (say 2 FALSE) (say 3 TRUE)) crlf)
(printout t (or (say 1 FALSE) (say 2 x) (say 3 TRUE)) crlf)
(printout t (not FALSE) (not nil) (not 0) (and 1 a) (or FALSE FALSE) crlf)
(exit)
