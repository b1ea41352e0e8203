; duplicate copies a fact with changes.
(deftemplate t (slot a) (slot b))
(assert (t (a 1) (b x)))
(printout t (duplicate 1 (a 2)) " " (duplicate 1 (a 1)) crlf)
(facts)
(exit)
