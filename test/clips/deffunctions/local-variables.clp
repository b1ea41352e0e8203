; Variables are of one call.
(deffunction f (?n) (bind ?x ?n) (if (> ?n 0) then (f (- ?n 1))) ?x)
(printout t (f 3) crlf)
(deffunction g (?n) (bind ?n (+ ?n 1)) ?n)
(printout t (g 1) (g 1) crlf)
(exit)
