; Settings that change nothing that can be seen.
(printout t (set-beta-memory-resizing FALSE) (get-beta-memory-resizing) (set-beta-memory-resizing TRUE) crlf)
(printout t (set-incremental-reset TRUE) (get-incremental-reset) crlf)
(printout t (set-locale) (set-locale "C") crlf)
(exit)
