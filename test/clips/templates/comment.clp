; A template's comment is kept and printed by ppdeftemplate.
(deftemplate t "what it is" (slot a (type INTEGER) (default 3)) (multislot b))
(ppdeftemplate t)
(exit)
