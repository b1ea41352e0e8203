; format turns an integer into a float and a float into an integer where the flag asks.
(format t "%d %f %g %e%n" 3.9 3 3 3)
(format t "%s %s %s%n" abc "d e" f)
(exit)
