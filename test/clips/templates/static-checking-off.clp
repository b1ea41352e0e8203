; With static checking off a literal of another type is taken.
(set-static-constraint-checking FALSE)
(deftemplate t (slot a (type INTEGER)))
(assert (t (a word)))
(facts)
(exit)
