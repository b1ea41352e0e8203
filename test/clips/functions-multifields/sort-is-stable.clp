; sort keeps equal ones in their order.
(deffunction longer (?a ?b) (> (str-length ?a) (str-length ?b)))
(printout t (sort longer bb a cc b dd c aaa) crlf)
(exit)
