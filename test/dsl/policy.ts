/** A policy in the manner of the shipped ones: it compiles without a word. */
export const policy = `; Who may have how much, and where it goes.
(deftemplate person "Somebody who asks."
  (slot id (type SYMBOL) (default ?NONE))
  (slot role (type SYMBOL) (allowed-symbols researcher admin))
  (slot cores-held (type INTEGER) (range 0 ?VARIABLE) (default 0)))
(deftemplate request
  (slot id (type SYMBOL)) (slot kind (type SYMBOL)) (slot by (type SYMBOL)) (slot cores (type INTEGER) (default 2)))
(deftemplate quota (slot role (type SYMBOL)) (slot cores (type INTEGER)))
(deftemplate waiting
  (slot machine (type SYMBOL)) (slot cores (type INTEGER)) (slot memory (type INTEGER) (default 8g))
  (multislot avoids (type SYMBOL)))
(deftemplate host
  (slot name (type SYMBOL)) (slot status (type SYMBOL)) (slot free-cores (type INTEGER)) (slot free-memory (type INTEGER)))

(defglobal ?*hold* = 7d ?*first* = 100)

(deffacts quotas "Of each role."
  (quota (role researcher) (cores 16))
  (quota (role admin) (cores 64)))

(deffunction left (?limit ?held $?reserved)
  (bind ?sum (- ?limit ?held))
  (foreach ?one ?reserved (bind ?sum (- ?sum ?one)))
  (if (< ?sum 0) then (return 0) else ?sum))

(defrule quota-cores "Nobody holds more cores than the quota of their role."
  (declare (salience ?*first*))
  (request (id ?r) (kind new-machine) (by ?who) (cores ?asked))
  (person (id ?who) (role ?role) (cores-held ?held))
  (quota (role ?role) (cores ?limit&:(> ?asked (left ?limit ?held))))
  =>
  (refuse ?r (str-cat "you hold " ?held " of " ?limit " cores, this asks for " ?asked)))

(defrule place "The fullest host that has room."
  (waiting (machine ?m) (cores ?c) (memory ?mem) (avoids $?avoided))
  (best (host (name ?h&:(not (member$ ?h ?avoided))) (status ready)
              (free-cores ?fc&:(>= ?fc ?c)) (free-memory ?fm&:(>= ?fm ?mem)))
        (minimize (- ?fc ?c)) (maximize ?fm))
  =>
  (place ?m ?h))

(defrule idle "Hosts that nothing needs."
  (logical (host (name ?h) (status ready|draining)) (not (waiting)))
  (or (quota (role admin)) (exists (quota (role ~admin&~guest) (cores ?n&:(> ?n 0)))))
  (forall (person (id ?p)) (person (id ?p) (cores-held 0)))
  =>
  (assert (idle ?h ?*hold*)))

(defrule forget
  ?f <- (idle ?h $?)
  (not (host (name ?h)))
  =>
  (retract ?f))
`;
