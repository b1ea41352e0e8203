; Policies govern their own replacement: these rules say yes to what access.clp has let through.

(defrule replace-policies "A file or a folder that passes its checks becomes the active policy."
  (declare (salience -100))
  (request (id ?r) (kind load-policy|reload-policies|roll-back-policies))
  =>
  (activate ?r))
