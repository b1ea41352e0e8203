; sort by a function that says whether two are to be exchanged.
(deffunction later (?a ?b) (> (str-compare ?a ?b) 0))
(printout t (sort > 3 1 2) (sort < (create$ 3 1 2)) (sort later pear "apple" fig) (sort > 4 4.0 3 (create$ 9 1)) (sort >) crlf)
(exit)
