; ppdeffunction prints the definition in form.
(deffunction f "comment" (?a $?b) (bind ?c (+ ?a 1)) (if (> ?c 2) then (return ?c)) (printout t "x" crlf))
(ppdeffunction f)
(exit)
