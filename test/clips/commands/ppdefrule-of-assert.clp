; ppdefrule of assert, duplicate, strings and nested calls.
(deftemplate t (slot a) (multislot m))
(defrule r
  ?f <- (t (a ?x&~nil|3) (m))
  (not (and (b ?x) (c)))
  =>
  (assert (t (a (+ 1 (* 2 3))) (m a "b c" ?x)) (b ?x) (c))
  (duplicate ?f (a 2)) (halt) (return))
(ppdefrule r)
(exit)
