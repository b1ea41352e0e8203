; Texts of more than ASCII print as they are.
(printout t "grün – ß" crlf)
(assert (name "Zoë") (name Ünal))
(facts)
(printout t (str-cat "a" "é") (eq "é" "é") crlf)
(exit)
