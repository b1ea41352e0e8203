; What is typed is evaluated, and its value shown.
(defglobal ?*g* = 1)
