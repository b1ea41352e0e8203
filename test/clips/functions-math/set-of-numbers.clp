; The sum and the mean of a multifield, by expand and by loop.
(deffunction sum ($?l) (if (= (length$ ?l) 0) then 0 else (if (= (length$ ?l) 1) then (nth$ 1 ?l) else (+ (expand$ ?l)))))
(printout t (sum) " " (sum 4) " " (sum 1 2 3.5) " " (/ (sum 1 2 3 4) 4) crlf)
(exit)
