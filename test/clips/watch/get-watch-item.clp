; get-watch-item reads whether something is watched.
(printout t (get-watch-item facts) (watch facts) (get-watch-item facts) (get-watch-item compilations) (unwatch compilations) (get-watch-item compilations) crlf)
(exit)
