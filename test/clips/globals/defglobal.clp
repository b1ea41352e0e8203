; Globals of every type, in one construct and in several.
(defglobal ?*a* = 1 ?*b* = "two" ?*c* = (create$ x y) ?*d* = (+ ?*a* 1))
(defglobal MAIN ?*e* = 2.5)
(printout t ?*a* ?*b* ?*c* ?*d* ?*e* crlf)
(list-defglobals)
(show-defglobals)
(exit)
