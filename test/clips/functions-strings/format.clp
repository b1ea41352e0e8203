; format by its flags; it gives the text back.
(format t "%d|%5d|%-5d|%05d%n" 42 42 42 42)
(format t "%f|%.2f|%8.3f|%-8.1f|%e|%.3e|%g%n" 3.14159 3.14159 3.14159 3.14159 31415.9 31415.9 0.0001)
(format t "%s|%10s|%-10s|%.2s|%c%n" "text" "text" "text" "text" "c")
(format t "%x|%o|%u|%%|%n" 255 8 7)
(printout t (format nil "%d-%s" 3 x) "|" (format nil "none") "|" (str-length (format nil "%5s" a)) crlf)
(exit)
