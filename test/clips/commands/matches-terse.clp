; matches in its shorter forms.
(defrule r (a ?x) (b ?x) (c) =>)
(assert (a 1) (a 2) (b 1) (c))
(matches r succinct)
(matches r terse)
(printout t (matches r terse) crlf)
(exit)
