; What a template says of its slots.
(deftemplate t (slot a (type INTEGER) (range 1 5) (default 2)) (multislot b (allowed-symbols x y) (cardinality 1 4)) (slot c (default ?NONE)) (slot d (default-dynamic (gensym))))
(printout t (deftemplate-slot-names t) crlf)
(printout t (deftemplate-slot-types t a) (deftemplate-slot-types t b) crlf)
(printout t (deftemplate-slot-range t a) (deftemplate-slot-cardinality t b) (deftemplate-slot-allowed-values t b) crlf)
(printout t (deftemplate-slot-default-value t a) (deftemplate-slot-defaultp t a) (deftemplate-slot-defaultp t c) (deftemplate-slot-defaultp t d) crlf)
(printout t (deftemplate-slot-existp t a) (deftemplate-slot-existp t z) (deftemplate-slot-multip t b) (deftemplate-slot-multip t a) (deftemplate-slot-singlep t a) crlf)
(printout t (get-deftemplate-list) crlf (deftemplate-module t) crlf)
(exit)
