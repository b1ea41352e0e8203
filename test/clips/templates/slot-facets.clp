; Facets of slots, of which there are none beyond the attributes.
(deftemplate t (slot a (type INTEGER) (default 2)))
(printout t (deftemplate-slot-facet-existp t a type) (deftemplate-slot-facet-value t a type) crlf)
(printout t (deftemplate-slot-facet-existp t a zoo) (deftemplate-slot-facet-value t b zoo) crlf)
(exit)
