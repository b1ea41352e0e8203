; if with and without else, its value, and several actions.
(deffunction f (?x) (if (> ?x 2) then (printout t "big ") big else (printout t "small ") small))
(deffunction g (?x) (if (> ?x 2) then yes))
(printout t (f 1) " " (f 3) crlf)
(printout t (g 1) " " (g 3) crlf)
(deffunction h (?x) (if ?x then "any value is true" else "only FALSE is false"))
(printout t (h 0) " " (h nil) " " (h FALSE) crlf)
(exit)
