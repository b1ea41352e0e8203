; Moving machines: off hosts that are drained, and together so that hosts become empty.

(defglobal ?*consolidate-after* = 10min
           ?*drain-again-after* = 5min)

; ---- Draining ------------------------------------------------------------------------------------------------------

(defrule drain-asked "A drained host takes no machine and gives its machines away."
  (declare (salience -100))
  (request (kind drain-host) (host ?h))
  (host (name ?h) (status ready|draining))
  =>
  (drain ?h))

(defrule nothing-to-drain
  (request (id ?r) (kind drain-host) (host ?h))
  (host (name ?h) (status ?status&~ready&~draining))
  =>
  (refuse ?r (str-cat ?h " is " ?status ": there is nothing to drain")))

(defrule resume-asked
  (declare (salience -100))
  (request (kind resume-host) (host ?h))
  (host (name ?h) (status ready|draining))
  =>
  (resume ?h))

(defrule cannot-resume
  (request (id ?r) (kind resume-host) (host ?h))
  (host (name ?h) (status ?status&~ready&~draining))
  =>
  (refuse ?r (str-cat ?h " is " ?status ": it cannot resume") (str-cat "host " ?h " on switches it on")))

; Whether a drain finds room depends on all hosts, so it is looked at when something has happened, and never by the mere
; state: a session that is built anew would otherwise see room earlier than the live one did.

(defrule drain "What can move is moved as one plan, when asked, after every job and at the next try."
  (or (answered (kind drain-host|power-host-off)) (job-ended (outcome done)) (due (purpose drain-again)))
  (host (name ?h) (status draining))
  (exists (machine (id ?m) (host ?h) (phase running|stopped) (moving-to nil)) (lease (machine ?m) (phase active)))
  =>
  (bind ?plan (plan-drain ?h any))
  (if ?plan
   then (loop-for-count (?i 1 (div (length$ ?plan) 2))
          (migrate (nth$ (- (* ?i 2) 1) ?plan) (nth$ (* ?i 2) ?plan)))
   else (wake drain-again ?h (+ (now) ?*drain-again-after*))))

(defrule drain-later "A move that failed is not tried again at once."
  (job-ended (kind migrate) (outcome failed) (host ?h) (at ?at))
  (host (name ?h) (status draining))
  =>
  (wake drain-again ?h (+ ?at ?*drain-again-after*)))

(defrule make-room-for-drain "When a drain finds no room, a host that is off is switched on, if that can help."
  (declare (salience -10))
  (or (answered (kind drain-host|power-host-off)) (job-ended (outcome done)) (due (purpose drain-again)))
  (host (name ?h) (status draining))
  (exists (machine (id ?m) (host ?h) (phase running|stopped) (moving-to nil) (busy FALSE))
          (lease (machine ?m) (phase active)))
  (not (host (status starting)))
  (best (host (name ?off) (status off) (memory ?memory)) (maximize ?memory))
  =>
  (if (and (not (plan-drain ?h any)) (plan-drain ?h also-off))
   then (power-on ?off)))

; ---- Packing -------------------------------------------------------------------------------------------------------

(defrule plan-consolidation "After a change the cluster is looked at once it has settled."
  (job-ended (kind stop|purge|clone|migrate) (outcome done) (at ?at))
  =>
  (wake consolidate cluster (+ ?at ?*consolidate-after*)))

(defrule consolidate "The emptiest host is emptied when all of its machines fit on others that are in use."
  (due (purpose consolidate))
  (best (host (name ?h) (status ready) (machines ?machines&:(> ?machines 0)) (memory ?memory) (free-memory ?free))
        (minimize (- ?memory ?free))
        (minimize ?machines))
  =>
  (bind ?plan (plan-drain ?h used))
  (if ?plan
   then (loop-for-count (?i 1 (div (length$ ?plan) 2))
          (migrate (nth$ (- (* ?i 2) 1) ?plan) (nth$ (* ?i 2) ?plan)))))
