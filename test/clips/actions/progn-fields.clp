; progn$ goes through the fields of a multifield, with an index.
(deffunction f ($?l) (progn$ (?x ?l) (printout t ?x "@" ?x-index " ") (* ?x 2)))
(printout t (f 5 6 7) (f) crlf)
(printout t (progn$ (create$ a b) (printout t "z ")) crlf)
(exit)
