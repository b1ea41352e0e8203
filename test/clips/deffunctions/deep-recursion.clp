; Functions that call themselves, three hundred deep.
(deffunction sum (?n) (if (= ?n 0) then 0 else (+ ?n (sum (- ?n 1)))))
(deffunction even (?n))
(deffunction odd (?n) (if (= ?n 0) then FALSE else (even (- ?n 1))))
(deffunction even (?n) (if (= ?n 0) then TRUE else (odd (- ?n 1))))
(printout t (sum 300) (even 300) (odd 300) crlf)
(exit)
