; An ordered fact's template is made when it is first met, by a fact or by a pattern.
(assert (first 1 2))
(defrule r (second ?) =>)
(list-deftemplates)
(undeftemplate first)
(exit)
