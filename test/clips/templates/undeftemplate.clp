; A template that nothing uses can go; what is in use stays.
(deftemplate unused (slot a))
(deftemplate used (slot a))
(assert (used (a 1)))
(undeftemplate unused)
(list-deftemplates)
(exit)
