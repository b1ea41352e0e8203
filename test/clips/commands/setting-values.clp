; Settings by function give the earlier value.
(printout t (set-reset-globals FALSE) (get-reset-globals) (set-fact-duplication TRUE) (set-fact-duplication FALSE) (set-salience-evaluation every-cycle) (set-salience-evaluation when-defined) (set-strategy breadth) (get-strategy) crlf)
(exit)
