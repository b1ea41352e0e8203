; list-watch-items lists what can be watched.
(watch facts)
(list-watch-items)
(exit)
