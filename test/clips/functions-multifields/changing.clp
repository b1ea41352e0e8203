; insert$, delete$ and replace$ by place.
(printout t (insert$ (create$ a b) 1 x) (insert$ (create$ a b) 3 x y) (insert$ (create$ a b) 2 (create$ x y)) (insert$ (create$) 1 x) crlf)
(printout t (delete$ (create$ a b c) 2 2) (delete$ (create$ a b c) 1 3) (delete$ (create$ a b c d) 2 3) crlf)
(printout t (replace$ (create$ a b c) 2 2 x) (replace$ (create$ a b c) 1 2 x y z) (replace$ (create$ a b c) 3 3 (create$ p q)) crlf)
(exit)
