; ppdeffacts and list-deffacts.
(deftemplate t (slot a) (multislot m))
(deffacts d "comment" (a 1 "two" 3.0) (t (a x) (m 1 2)) (b (+ 1 2)))
(ppdeffacts d)
(list-deffacts)
(printout t (get-deffacts-list) (deffacts-module d) crlf)
(undeffacts d)
(list-deffacts)
(exit)
