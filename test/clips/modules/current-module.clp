; defmodule and qualified names change the current module; get- and set-current-module.
(printout t (get-current-module))
(defmodule A)
(printout t (get-current-module) (set-current-module MAIN) (get-current-module))
(defrule A::r =>)
(printout t (get-current-module) crlf)
(list-defmodules)
(printout t (get-defmodule-list) crlf)
(exit)
