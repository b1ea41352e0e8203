; The hyperbolic functions and their inverses.
(printout t (sinh 1) " " (cosh 1) " " (tanh 1) " " (sech 1) " " (csch 1) " " (coth 1) crlf)
(printout t (asinh 1) " " (acosh 2) " " (atanh 0.5) " " (asech 0.5) " " (acsch 1) " " (acoth 2) crlf)
(exit)
