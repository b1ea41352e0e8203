; loop-for-count in its three forms; its value is FALSE.
(deffunction f () (loop-for-count 3 do (printout t x)) (printout t crlf) (loop-for-count (?i 3) do (printout t ?i)) (printout t crlf) (loop-for-count (?i -1 1) (printout t ?i)))
(printout t (f) crlf)
(deffunction g () (loop-for-count (?i 5 1) do (printout t never)) (loop-for-count 0 (printout t never)))
(printout t (g) crlf)
(exit)
