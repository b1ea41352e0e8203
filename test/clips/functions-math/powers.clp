; Powers, roots, exponentials and logarithms.
(printout t (** 2 3) " " (** 2 0.5) " " (** 2 -1) " " (sqrt 9) " " (sqrt 2) " " (exp 0) " " (exp 1) crlf)
(printout t (log 1) " " (log 2.718281828459045) " " (log10 1000) " " (log10 0.01) crlf)
(exit)
