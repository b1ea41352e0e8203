; Who may ask for what. These rules stand first: whoever may not is refused before anything else is looked at.

(defrule only-administrators "Hosts and policies are steered by administrators."
  (declare (salience 1000))
  (request (id ?r) (by ?who)
           (kind drain-host|resume-host|power-host-off|power-host-on|load-policy|reload-policies|roll-back-policies))
  (person (id ?who) (role ~admin))
  =>
  (refuse ?r "hosts and policies are for administrators" "ask one of them; your own machines are yours to steer"))

(defrule gone-already "A lease that is over cannot be acted on."
  (declare (salience 1000))
  (request (id ?r) (lease ?l&~nil))
  (not (lease (id ?l)))
  =>
  (refuse ?r "that machine is gone: its lease is over and its disk was deleted" "list shows what you hold"))

(defrule only-its-holder "A lease is for its holder, its co-owners and administrators."
  (declare (salience 1000))
  (request (id ?r) (by ?who) (lease ?l&~nil))
  (lease (id ?l) (machine ?m) (holder ?holder&~?who) (co-owners $?co-owners&:(not (member$ ?who ?co-owners))))
  (person (id ?who) (role ~admin))
  =>
  (refuse ?r (str-cat (machine-name ?m) " is held by " (person-name ?holder))
             (str-cat "only " (person-name ?holder) " or an administrator may do this")))

(defrule unknown-host "A host that is not there cannot be steered."
  (declare (salience 1000))
  (request (id ?r) (host ?h&~nil))
  (not (host (name ?h)))
  =>
  (refuse ?r (str-cat "there is no host " ?h) "hosts lists them"))

(defrule one-thing-at-a-time "While a job of a machine runs, no other is begun."
  (declare (salience 900))
  (request (id ?r) (lease ?l&~nil) (kind start-machine|stop-machine|restart-machine|release-lease|delete-machine))
  (lease (id ?l) (machine ?m))
  (machine (id ?m) (busy TRUE))
  =>
  (refuse ?r (str-cat (machine-name ?m) " is busy: a job of it has not ended") "try again in a minute"))
