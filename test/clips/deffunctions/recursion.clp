; Recursion, and two functions that call each other.
(deffunction factorial (?n) (if (<= ?n 1) then 1 else (* ?n (factorial (- ?n 1)))))
(printout t (factorial 5) " " (factorial 20) " " (factorial 25) crlf)
(deffunction odd (?n))
(deffunction even (?n) (if (= ?n 0) then TRUE else (odd (- ?n 1))))
(deffunction odd (?n) (if (= ?n 0) then FALSE else (even (- ?n 1))))
(printout t (even 10) (odd 7) (even 3) crlf)
(exit)
