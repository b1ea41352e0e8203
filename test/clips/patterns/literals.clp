; A literal matches the same value of the same type only.
(defrule integer (v 1) => (printout t integer crlf))
(defrule float (v 1.0) => (printout t float crlf))
(defrule string (v "1") => (printout t string crlf))
(defrule symbol (v one) => (printout t symbol crlf))
(assert (v 1) (v 1.0) (v "1") (v one) (v "one") (v 01))
(run)
(exit)
