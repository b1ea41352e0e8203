; ppdefmodule prints the definition; list-defmodules counts.
(defmodule A "comment" (export deftemplate ?ALL))
(defmodule B (import A deftemplate ?ALL) (export ?NONE))
(ppdefmodule A)
(ppdefmodule B)
(list-defmodules)
(exit)
