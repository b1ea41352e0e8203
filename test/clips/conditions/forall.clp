; forall holds while every match of the first has the others.
(defrule r (forall (task ?t) (done ?t)) => (printout t "all done" crlf))
(reset)
(run)
(assert (task 1) (task 2) (done 1))
(run)
(assert (done 2))
(run)
(exit)
