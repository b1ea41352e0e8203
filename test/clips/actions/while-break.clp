; break ends the innermost loop.
(deffunction f () (bind ?i 0) (while TRUE do (bind ?i (+ ?i 1)) (loop-for-count (?j 1 10) do (if (> ?j ?i) then (break)) (printout t ?j)) (printout t " ") (if (> ?i 3) then (break))) ?i)
(printout t (f) crlf)
(exit)
