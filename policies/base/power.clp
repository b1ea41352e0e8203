; Hosts without machines are switched off to save energy, but for one that stays ready so that the next request is quick.

(defglobal ?*idle-before-off* = 10min)

(defrule watch-idle-host
  (host (name ?h) (status ready) (machines 0) (promised FALSE) (since ?since))
  =>
  (wake idle ?h (+ ?since ?*idle-before-off*)))

(defrule watch-after-job "A job that ends on an empty host begins its rest anew."
  (job-ended (host ?h) (at ?at))
  (host (name ?h) (status ready) (machines 0))
  =>
  (wake idle-again ?h (+ ?at ?*idle-before-off*)))

(defrule switch-off-idle "A host that has been empty for a while is switched off when another one is ready."
  (due (purpose idle|idle-again) (subject ?h) (at ?at))
  (host (name ?h) (status ready) (machines 0) (promised FALSE) (since ?since&:(<= (+ ?since ?*idle-before-off*) ?at)))
  (exists (host (name ~?h) (status ready)))
  (not (machine (host ?h) (phase running|placed|purging)))
  (not (machine (host ?h) (busy TRUE)))
  =>
  (power-off ?h))

(defrule switch-off-asked "An administrator switches a host off: it is drained first."
  (declare (salience -100))
  (request (kind power-host-off) (host ?h))
  (host (name ?h) (status ready|draining))
  =>
  (want-off ?h))

(defrule switch-off-drained "A drained host that is wanted off goes off when it is empty."
  (host (name ?h) (status draining) (wanted off) (machines 0))
  (not (machine (host ?h) (phase running|placed|purging)))
  (not (machine (host ?h) (busy TRUE)))
  =>
  (power-off ?h))

(defrule off-already
  (declare (salience -100))
  (request (id ?r) (kind power-host-off) (host ?h))
  (host (name ?h) (status off|stopping))
  =>
  (accept ?r (str-cat ?h " is off, or on its way.")))

(defrule cannot-switch-off
  (request (id ?r) (kind power-host-off) (host ?h))
  (host (name ?h) (status ?status&starting|unreachable))
  =>
  (refuse ?r (str-cat ?h " is " ?status ": it cannot be switched off now") "try again when it answers"))

(defrule switch-on-asked
  (declare (salience -100))
  (request (kind power-host-on) (host ?h))
  (host (name ?h) (status off|stopping|unreachable))
  =>
  (power-on ?h))

(defrule on-already
  (declare (salience -100))
  (request (id ?r) (kind power-host-on) (host ?h))
  (host (name ?h) (status ready|starting|draining))
  =>
  (accept ?r (str-cat ?h " is on, or on its way.")))
