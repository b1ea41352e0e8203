; A template's slots: a single slot is nil by default, an empty multislot prints its name alone, one value is a list of one.
(deftemplate machine (slot id) (slot host) (multislot disks))
(assert (machine (id m-1) (host alpha) (disks c d)))
(assert (machine (id m-2)))
(assert (machine (disks c)))
(assert (machine (disks) (id m-3)))
(facts)
(exit)
