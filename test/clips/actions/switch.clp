; switch takes the first case that is equal, or the default.
(deffunction f (?x) (switch ?x (case 1 then one) (case a then (printout t "letter ") letter) (case 1.0 then float) (default other)))
(printout t (f 1) " " (f a) " " (f 1.0) " " (f "a") crlf)
(deffunction g (?x) (switch ?x (case 1 then one) (case 2 then two)))
(printout t (g 2) " " (g 3) crlf)
(exit)
