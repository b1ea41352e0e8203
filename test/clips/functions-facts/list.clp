; get-fact-list, of all templates and of a module.
(assert (a) (b))
(printout t (get-fact-list) (get-fact-list *) (get-fact-list MAIN) crlf)
(retract 1)
(printout t (get-fact-list) crlf)
(exit)
