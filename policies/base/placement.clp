; Which host a new machine gets. Feasible is a ready host with room; the fullest one is best, so that machines are packed.

(defrule place-on-fullest "The feasible host that is left with the least memory free, then with the fewest cores."
  (waiting (machine ?m) (cores ?cores) (memory ?memory) (avoids $?avoids))
  (best (host (name ?h&:(not (member$ ?h ?avoids))) (status ready) (free-cores ?free-cores&:(>= ?free-cores ?cores))
              (free-memory ?free-memory&:(>= ?free-memory ?memory)))
        (minimize ?free-memory)
        (minimize ?free-cores))
  =>
  (place ?m ?h))

(defrule wait-for-starting "When no ready host has room, one that is being switched on may have."
  (declare (salience -10))
  (waiting (machine ?m) (cores ?cores) (memory ?memory) (avoids $?avoids))
  (not (host (name ?ready&:(not (member$ ?ready ?avoids))) (status ready) (free-cores ?a&:(>= ?a ?cores))
             (free-memory ?b&:(>= ?b ?memory))))
  (best (host (name ?h&:(not (member$ ?h ?avoids))) (status starting) (free-cores ?free-cores&:(>= ?free-cores ?cores))
              (free-memory ?free-memory&:(>= ?free-memory ?memory)))
        (minimize ?free-memory))
  =>
  (await-host ?m ?h))

(defrule switch-on-for-it "When none has room, the smallest sufficient host that is off is switched on."
  (declare (salience -20))
  (waiting (machine ?m) (cores ?cores) (memory ?memory) (avoids $?avoids))
  (not (host (name ?ready&:(not (member$ ?ready ?avoids))) (status ready|starting) (free-cores ?a&:(>= ?a ?cores))
             (free-memory ?b&:(>= ?b ?memory))))
  (best (host (name ?h&:(not (member$ ?h ?avoids))) (status off) (free-cores ?free-cores&:(>= ?free-cores ?cores))
              (free-memory ?free-memory&:(>= ?free-memory ?memory)))
        (minimize ?free-memory)
        (minimize ?free-cores))
  =>
  (power-on ?h)
  (await-host ?m ?h))

(defrule no-room "When no host can carry it, a request is refused."
  (declare (salience -30))
  (answered (id ?r) (kind new-machine))
  (waiting (cores ?cores) (memory ?memory) (avoids $?avoids))
  (not (host (name ?any&:(not (member$ ?any ?avoids))) (status ready|starting|off) (free-cores ?a&:(>= ?a ?cores))
             (free-memory ?b&:(>= ?b ?memory))))
  (best (host (name ?h) (status ready|starting|off) (free-cores ?free-cores) (free-memory ?free-memory))
        (maximize ?free-memory)
        (maximize ?free-cores))
  =>
  (refuse ?r (str-cat "no host has room for " ?cores " cores and " (size-in-words ?memory))
             (str-cat "the largest that would fit now has " ?free-cores " cores and " (size-in-words ?free-memory)
                      ", on " ?h)))

(defrule no-host-at-all "Without a single host in service there is nothing to place on."
  (declare (salience -30))
  (answered (id ?r) (kind new-machine))
  (waiting)
  (not (host (status ready|starting|off)))
  =>
  (refuse ?r "no host is in service now" "an operator has to bring one back: hosts shows them"))

(defrule elsewhere "A host on which a machine could not be made is not tried again for it."
  (declare (salience 100))
  (job-ended (kind clone) (outcome failed) (undone TRUE) (machine ?m&~nil) (host ?h) (message ?message))
  =>
  (exclude ?m ?h ?message))

(defrule ruins
  "Where a failed machine could not be taken back it is not made again elsewhere; its ruins are purged after an hour."
  (declare (salience 100))
  (job-ended (kind clone) (outcome failed) (undone FALSE) (machine ?m) (host ?h) (message ?message))
  (lease (id ?l) (machine ?m) (holder ?who))
  =>
  (end-lease ?l deleted 1h)
  (tell ?who (str-cat (machine-name ?m) " could not be made on " ?h ": " ?message
                      ". What is left of it is cleared away; ask again for another.")))

(defrule give-up "After three hosts, or when no other has room, the holder is told that it cannot be made."
  (declare (salience -30))
  (waiting (machine ?m) (cores ?cores) (memory ?memory) (avoids $?avoids))
  (not (answered (kind new-machine)))
  (not (host (name ?any&:(not (member$ ?any ?avoids))) (status ready|starting|off) (free-cores ?a&:(>= ?a ?cores))
             (free-memory ?b&:(>= ?b ?memory))))
  =>
  (abandon ?m (str-cat (machine-name ?m) " could not be made: no host that has room for it could do it"
                       (if (> (length$ ?avoids) 0)
                        then (str-cat " (tried: " (implode$ ?avoids) ")")
                        else ""))))

(defrule give-up-after-three "A machine that failed on three hosts has something wrong with itself."
  (declare (salience 50))
  (waiting (machine ?m) (avoids $?avoids&:(>= (length$ ?avoids) 3)))
  =>
  (abandon ?m (str-cat (machine-name ?m) " could not be made on any of three hosts: " (implode$ ?avoids))))
