; fact-slot-names and fact-slot-value, of templates and of ordered facts.
(deftemplate t (slot a) (multislot m))
(assert (t (a 1) (m x y)) (o p q))
(printout t (fact-slot-names 1) (fact-slot-names 2) (fact-slot-value 1 a) (fact-slot-value 1 m) (fact-slot-value 2 implied) crlf)
(exit)
