; The older words field and multifield are slot and multislot.
(deftemplate t (field a) (multifield b))
(assert (t (a 1) (b 2 3)))
(facts)
(exit)
