; Numbers of a file, words that are none, and its end.
(open "n.txt" file "w")
(printout file "1 2.5 three" crlf "-4" crlf)
(close file)
(open "n.txt" file)
(printout t (read-number file) (read-number file) (read-number file) (read-number file) (read-number file) crlf)
(close file)
(exit)
