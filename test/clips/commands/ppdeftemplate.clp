; ppdeftemplate with every attribute.
(deftemplate t (slot a (type INTEGER) (range 1 9) (default 3)) (slot b (allowed-symbols x y) (default-dynamic (gensym))) (multislot c (type STRING SYMBOL) (cardinality 0 4) (default ?NONE)))
(ppdeftemplate t)
(list-deftemplates)
(exit)
