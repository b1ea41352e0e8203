; Floats print with 15 digits, and with .0 when they look like integers.
(printout t 1.0 " " 0.1 " " (/ 1 3) " " 1e15 " " 1e16 " " 123456789012345.0 " " 1234567890123456.0 " " 1e-4 " " 1e-5 " " 1.5e300 " " -0.0 " " (* -1 0.0) crlf)
(printout t (* 1.0 100000) " " 1e100 " " 3.14159265358979 " " 2.5e-10 " " (/ 2 3.0) " " 100.0e0 crlf)
(exit)
