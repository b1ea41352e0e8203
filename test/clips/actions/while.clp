; while, with and without do, and its value.
(deffunction f (?n) (while (> ?n 0) do (printout t ?n " ") (bind ?n (- ?n 1))))
(deffunction g (?n) (while (> ?n 0) (bind ?n (- ?n 1))) ?n)
(printout t (f 3) (g 3) crlf)
(exit)
