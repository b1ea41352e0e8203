; Comparisons of numbers, pairwise along a row.
(printout t (= 1 1.0) (= 1 1 1) (= 1 2) (<> 1 2) (<> 1 2 1) (<> 1 2 3) crlf)
(printout t (< 1 2 3) (< 1 3 2) (<= 1 1 2) (<= 2 1) (> 3 2 1) (> 3 3) (>= 3 3 2.5) (>= 1 2) crlf)
(exit)
