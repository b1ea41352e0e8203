; Leases: how they begin, are renewed and end, and what becomes of the disk afterwards. Rules that say yes stand at salience
; -100, so that any rule that says no, also one that is loaded later and declares nothing, is heard before.

(deftemplate terms "How long a lease of a role lasts."
  (slot role (type SYMBOL) (allowed-symbols researcher admin))
  (slot usual (type INTEGER))
  (slot longest (type INTEGER)))

(deftemplate hold "How long a disk is kept after its lease has ended for that reason."
  (slot reason (type SYMBOL) (allowed-symbols expired released deleted))
  (slot length (type INTEGER)))

(deffacts lease-terms
  (terms (role researcher) (usual 1w) (longest 4w))
  (terms (role admin) (usual 1w) (longest 26w))
  (hold (reason expired) (length 7d))
  (hold (reason released) (length 2d))
  (hold (reason deleted) (length 1d)))

; ---- Beginning -----------------------------------------------------------------------------------------------------

(defrule unknown-image "A machine is made of an image that there is."
  (declare (salience 200))
  (request (id ?r) (kind new-machine) (image ?i))
  (not (image (name ?i)))
  =>
  (refuse ?r (str-cat "there is no image " ?i) "images lists them"))

(defrule too-little-memory "A machine has the memory that its image boots in."
  (declare (salience 100))
  (request (id ?r) (kind new-machine) (image ?i) (memory ?memory))
  (image (name ?i) (memory-min ?least&:(< ?memory ?least)))
  =>
  (refuse ?r (str-cat ?i " does not boot in " (size-in-words ?memory))
             (str-cat (size-in-words ?least) " or more would pass")))

(defrule name-taken "A machine's name is its own."
  (declare (salience 100))
  (request (id ?r) (kind new-machine) (name ?name&~nil))
  (machine (name ?name))
  =>
  (refuse ?r (str-cat "there is a machine called " ?name) "another name would pass, or none: then one is made up"))

(defrule longest-lease "A lease ends at most so far ahead; it can be renewed then."
  (declare (salience 100))
  (request (id ?r) (kind new-machine) (by ?who) (length ?length))
  (person (id ?who) (role ?role))
  (terms (role ?role) (longest ?longest&:(> ?length ?longest)))
  =>
  (refuse ?r (str-cat "a lease lasts " (in-words ?longest) " at most, this asks for " (in-words ?length))
             (str-cat "up to " (in-words ?longest) " would pass; it can be renewed later")))

(defrule grant-lease "What nothing speaks against is granted."
  (declare (salience -100))
  (request (id ?r) (kind new-machine) (by ?who) (length ?length))
  (person (id ?who) (role ?role))
  (terms (role ?role) (usual ?usual))
  =>
  (grant ?r (if (= ?length 0) then ?usual else ?length)))

; ---- Renewing ------------------------------------------------------------------------------------------------------

(defrule longest-renewal "A renewed lease, too, ends at most so far ahead."
  (declare (salience 100))
  (request (id ?r) (kind renew-lease) (lease ?l) (length ?length) (at ?at) (seen ?seen))
  (lease (id ?l) (phase active) (holder ?who) (expires ?e&:(or (= ?seen 0) (= ?seen ?e))))
  (person (id ?who) (role ?role))
  (terms (role ?role) (usual ?usual) (longest ?longest))
  (test (> (- (+ ?e (if (= ?length 0) then ?usual else ?length)) ?at) ?longest))
  =>
  (refuse ?r (str-cat "it would end " (in-words (- (+ ?e (if (= ?length 0) then ?usual else ?length)) ?at))
                      " from now, the longest is " (in-words ?longest))
             (str-cat "it can be renewed once less than "
                      (in-words (- ?longest (if (= ?length 0) then ?usual else ?length))) " are left")))

(defrule not-running-yet "What is still being made needs no renewal."
  (declare (salience 100))
  (request (id ?r) (kind renew-lease) (lease ?l))
  (lease (id ?l) (phase requested) (machine ?m))
  =>
  (refuse ?r (str-cat (machine-name ?m) " is still being made") "renew it when it runs"))

(defrule renewed-already "A button shows an end; when the lease has moved on, pressing it again changes nothing."
  (declare (salience -100))
  (request (id ?r) (kind renew-lease) (lease ?l) (seen ?seen&~0))
  (lease (id ?l) (phase active) (expires ~?seen))
  =>
  (accept ?r "It was renewed already."))

(defrule renew "A lease is extended from its end."
  (declare (salience -100))
  (request (id ?r) (kind renew-lease) (lease ?l) (length ?length) (seen ?seen))
  (lease (id ?l) (phase active) (holder ?who) (expires ?e&:(or (= ?seen 0) (= ?seen ?e))))
  (person (id ?who) (role ?role))
  (terms (role ?role) (usual ?usual))
  =>
  (accept ?r "")
  (extend ?l (+ ?e (if (= ?length 0) then ?usual else ?length))))

(defrule no-room-to-return "A machine comes back where its disk is, so there must be room."
  (declare (salience 50))
  (request (id ?r) (kind renew-lease) (lease ?l))
  (lease (id ?l) (phase held) (machine ?m))
  (machine (id ?m) (phase stopped) (host ?h) (cores ?cores) (memory ?memory))
  (host (name ?h) (free-cores ?free-cores) (free-memory ?free-memory))
  (test (or (< ?free-cores ?cores) (< ?free-memory ?memory)))
  =>
  (refuse ?r (str-cat ?h ", where the disk of " (machine-name ?m) " is, has no room for it now")
             "try again later: the disk is kept until the hold ends"))

(defrule return-from-hold "During the hold its holder can have a machine back, stopped as it is."
  (declare (salience -100))
  (request (id ?r) (kind renew-lease) (lease ?l) (length ?length) (at ?at))
  (lease (id ?l) (phase held) (machine ?m) (holder ?who))
  (machine (id ?m) (phase ~purging))
  (person (id ?who) (role ?role))
  (terms (role ?role) (usual ?usual) (longest ?longest))
  =>
  (accept ?r (str-cat (machine-name ?m) " is yours again. It is stopped: start it when you need it."))
  (extend ?l (+ ?at (min ?longest (if (= ?length 0) then ?usual else ?length)))))

(defrule too-late-to-return "What is being deleted cannot come back."
  (request (id ?r) (kind renew-lease) (lease ?l))
  (lease (id ?l) (machine ?m))
  (machine (id ?m) (phase purging))
  =>
  (refuse ?r (str-cat "the disk of " (machine-name ?m) " is being deleted: its hold is over")))

; ---- Ending --------------------------------------------------------------------------------------------------------

(defrule release "Who needs a machine no more gives it back; its disk is held for a while."
  (declare (salience -100))
  (request (kind release-lease) (lease ?l))
  (lease (id ?l) (phase requested|active))
  (hold (reason released) (length ?hold))
  =>
  (end-lease ?l released ?hold))

(defrule delete "Deleting, too, keeps the disk for a while, in case it was a mistake."
  (declare (salience -100))
  (request (kind delete-machine) (lease ?l))
  (lease (id ?l) (phase requested|active))
  (hold (reason deleted) (length ?hold))
  =>
  (end-lease ?l deleted ?hold))

(defrule delete-during-the-hold "Who deletes what is only kept any more has it kept no longer than a deletion keeps it."
  (declare (salience -90)) ; before ended-already, which answers the same
  (request (id ?r) (kind delete-machine) (lease ?l) (at ?at))
  (lease (id ?l) (phase held) (machine ?m) (expires ?e))
  (hold (reason deleted) (length ?hold&:(< (+ ?at ?hold) ?e)))
  =>
  (accept ?r (str-cat "The lease of " (machine-name ?m) " had ended already; its disk goes earlier now."))
  (end-lease ?l deleted ?hold))

(defrule ended-already "Ending twice ends once."
  (declare (salience -100))
  (request (id ?r) (kind release-lease|delete-machine) (lease ?l))
  (lease (id ?l) (phase held) (machine ?m))
  =>
  (accept ?r (str-cat "The lease of " (machine-name ?m) " has ended already; its disk is kept until the hold ends.")))

(defrule watch-the-end
  (lease (id ?l) (phase requested|active) (expires ?e))
  =>
  (wake lease-end ?l ?e))

(defrule lease-is-over "At its end a machine is stopped and its disk held."
  (due (purpose lease-end) (subject ?l) (at ?at))
  (lease (id ?l) (phase requested|active) (expires ?e&:(<= ?e ?at)))
  (hold (reason expired) (length ?hold))
  =>
  (end-lease ?l expired ?hold))

(defrule watch-the-hold
  (lease (id ?l) (phase held) (expires ?e))
  =>
  (wake hold-end ?l ?e))

(defrule hold-is-over "After the hold the disk is deleted; a host that is off, or on its way, is switched on for it."
  (due (purpose hold-end|purge-again) (subject ?l) (at ?at))
  (lease (id ?l) (phase held) (machine ?m) (expires ?e&:(<= ?e ?at)))
  (machine (id ?m) (host ?h))
  (host (name ?h) (status ?status))
  =>
  (if (or (eq ?status off) (eq ?status stopping)) then (power-on ?h))
  (purge ?l))

(defrule purge-again "A purge that failed is tried again in an hour."
  (job-ended (kind purge) (outcome failed) (machine ?m) (at ?at))
  (lease (id ?l) (machine ?m) (phase held))
  =>
  (wake purge-again ?l (+ ?at 1h)))

; ---- Power of machines ---------------------------------------------------------------------------------------------

(defrule not-during-the-hold "A machine whose lease has ended does not run."
  (declare (salience 100))
  (request (id ?r) (kind start-machine|restart-machine|stop-machine) (lease ?l))
  (lease (id ?l) (phase held) (machine ?m))
  =>
  (refuse ?r (str-cat "the lease of " (machine-name ?m) " has ended; only its disk is kept")
             (str-cat "renew " (machine-name ?m) " brings it back")))

(defrule start "A stopped machine is started; a host that is off, or on its way, is switched on first."
  (declare (salience -100))
  (request (kind start-machine) (lease ?l))
  (lease (id ?l) (phase active) (machine ?m))
  (machine (id ?m) (phase stopped) (host ?h))
  (host (name ?h) (status ?status))
  =>
  (if (or (eq ?status off) (eq ?status stopping)) then (power-on ?h))
  (start ?m))

(defrule runs-already
  (declare (salience -100))
  (request (id ?r) (kind start-machine) (lease ?l))
  (lease (id ?l) (phase active) (machine ?m))
  (machine (id ?m) (phase running))
  =>
  (accept ?r (str-cat (machine-name ?m) " is running already.")))

(defrule stop "A running machine is stopped; it keeps its place."
  (declare (salience -100))
  (request (kind stop-machine) (lease ?l))
  (lease (id ?l) (phase active) (machine ?m))
  (machine (id ?m) (phase running))
  =>
  (stop ?m))

(defrule stands-already
  (declare (salience -100))
  (request (id ?r) (kind stop-machine) (lease ?l))
  (lease (id ?l) (phase active) (machine ?m))
  (machine (id ?m) (phase stopped))
  =>
  (accept ?r (str-cat (machine-name ?m) " is stopped already.")))

(defrule restart
  (declare (salience -100))
  (request (kind restart-machine) (lease ?l))
  (lease (id ?l) (phase active) (machine ?m))
  (machine (id ?m) (phase running))
  =>
  (restart ?m))

(defrule restart-of-a-stopped-one
  (request (id ?r) (kind restart-machine) (lease ?l))
  (lease (id ?l) (phase active) (machine ?m))
  (machine (id ?m) (phase stopped))
  =>
  (refuse ?r (str-cat (machine-name ?m) " is stopped") (str-cat "start " (machine-name ?m) " starts it")))
