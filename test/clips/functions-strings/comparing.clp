; str-compare is below, at or above zero.
(deffunction sign (?x) (if (< ?x 0) then - else (if (> ?x 0) then + else 0)))
(printout t (sign (str-compare "a" "b")) (sign (str-compare "b" "a")) (sign (str-compare "a" "a")) (sign (str-compare "abc" "ab")) (sign (str-compare abc "abc")) (sign (str-compare "" "a")) crlf)
(exit)
