; A fact that stands already is not asserted again and takes no index.
(deftemplate t (slot a) (slot b))
(assert (x 1))
(assert (x 1))
(assert (t (a 1)))
(assert (t (b nil) (a 1)))
(printout t (assert (x 1)) " " (assert (x 2)) crlf)
(facts)
(exit)
