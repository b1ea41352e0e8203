; set-dynamic-constraint-checking gives the earlier value back; get- reads it.
(printout t (get-dynamic-constraint-checking) " " (set-dynamic-constraint-checking TRUE) " " (get-dynamic-constraint-checking) crlf)
(printout t (get-static-constraint-checking) " " (set-static-constraint-checking FALSE) " " (get-static-constraint-checking) crlf)
(deftemplate t (slot a (type INTEGER)))
(assert (t (a 5)))
(facts)
(exit)
