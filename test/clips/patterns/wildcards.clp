; ? stands for one field, $? for any number.
(defrule one (p ?) => (printout t one crlf))
(defrule two (p ? ?) => (printout t two crlf))
(defrule any (p $?) => (printout t any crlf))
(defrule last-b (p $? b) => (printout t last-b crlf))
(assert (p) (p a) (p b) (p a b))
(run)
(exit)
