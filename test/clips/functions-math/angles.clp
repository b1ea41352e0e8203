; Degrees, radians and grads; pi.
(printout t (pi) " " (deg-rad 180) " " (rad-deg 3.141592653589793) " " (deg-grad 90) " " (grad-deg 100) crlf)
(exit)
