; not inside of a not group, with a variable from outside.
(defrule r (host ?h) (not (and (disk ?h ?d) (not (full ?d)))) => (printout t ?h " has no room" crlf))
(assert (host a) (host b) (disk a 1) (disk a 2) (disk b 3) (full 1) (full 3))
(run)
(assert (full 2))
(run)
(exit)
