; gensym and gensym* make names; setgen sets the number.
(setgen 5)
(printout t (gensym) " " (gensym) " " (gensym*) " " (setgen 1) " " (gensym*) crlf)
(exit)
