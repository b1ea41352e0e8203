; The fields of an assert are expressions; a multifield is laid open.
(deffunction make ($?l) (assert (a (+ 1 2) ?l (str-cat x y) $?l)))
(printout t (make 1 2 3) (make) crlf)
(facts)
(exit)
