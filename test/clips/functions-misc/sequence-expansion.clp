; set-sequence-operator-recognition gives the earlier value.
(printout t (get-sequence-operator-recognition) (set-sequence-operator-recognition TRUE) (get-sequence-operator-recognition) crlf)
(deffunction f ($?l) (+ 0 0 $?l))
(printout t (f 1 2 3) crlf)
(exit)
