; What is read as a number and what as a symbol.
(printout t (type 1) 1 " " (type +1) +1 " " (type -1) -1 " " (type 1.) 1. " " (type .5) .5 " " (type 1e3) 1e3 " " (type 1E+3) 1E+3 " " (type -1.5e-3) -1.5e-3 crlf)
(printout t (symbolp 1x) (symbolp +) (symbolp -) (symbolp 1e) (symbolp e5) (symbolp .) (symbolp 1.2.3) (symbolp --1) (integerp 007) 007 (symbolp 1+1) (floatp 5.e2) (symbolp .e5) crlf)
(exit)
