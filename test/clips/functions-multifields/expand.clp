; expand$ passes the fields of a multifield as arguments, $? does it in calls.
(deffunction f ($?l) (length$ ?l))
(printout t (+ (expand$ (create$ 1 2 3))) " " (f (expand$ (create$ a b)) c) " " (f (create$ a b) c) crlf)
(deffunction g ($?l) (max 0 (expand$ ?l)))
(printout t (g 4 9 2) crlf)
(exit)
