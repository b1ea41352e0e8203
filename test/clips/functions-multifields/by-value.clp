; delete-member$ and replace-member$ by value.
(printout t (delete-member$ (create$ a b a c) a) (delete-member$ (create$ a b c d) b d) (delete-member$ (create$ a b c a b) (create$ a b)) (delete-member$ (create$ a) z) crlf)
(printout t (replace-member$ (create$ a b a) x a) (replace-member$ (create$ a b c) x b c) (replace-member$ (create$ a b) (create$ x y) a) (replace-member$ (create$ a b c) x (create$ a b)) crlf)
(exit)
