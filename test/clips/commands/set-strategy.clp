; set-strategy gives the earlier strategy; get-strategy the present one.
(printout t (get-strategy) (set-strategy lex) (get-strategy) (set-strategy mea) (set-strategy depth) crlf)
(exit)
