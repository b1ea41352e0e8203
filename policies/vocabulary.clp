; The vocabulary of policies: what rules see, and what they can call.
;
; Sizes are whole MiB (8g is 8192), instants are seconds since 1970 (UTC), lengths are seconds (2w is 1209600).
; Where something is absent the slot holds nil. Facts of the first group follow the state of the cloud by difference;
; facts of the second group stand for one input and are gone when it has been decided.

; ---- What there is -------------------------------------------------------------------------------------------------

(deftemplate person "Somebody who has spoken to Octopus, with the totals of what their leases hold."
  (slot id (type SYMBOL))
  (slot name (type STRING))
  (slot role (type SYMBOL) (allowed-symbols researcher admin))
  (slot machines (type INTEGER))
  (slot cores (type INTEGER))
  (slot memory (type INTEGER)))

(deftemplate host
  "A Hyper-V host. Free is what neither a machine here, nor one on its way here, nor one that waits for it to start takes."
  (slot name (type SYMBOL))
  (slot status (type SYMBOL) (allowed-symbols ready draining unreachable off starting stopping))
  (slot wanted (type SYMBOL) (allowed-symbols on off))
  (slot cores (type INTEGER))
  (slot memory (type INTEGER))
  (slot free-cores (type INTEGER))
  (slot free-memory (type INTEGER))
  (slot machines (type INTEGER))
  (slot promised (type SYMBOL) (allowed-symbols TRUE FALSE))
  (slot since (type INTEGER))
  (slot load (type INTEGER)))

(deftemplate image "What machines are made of."
  (slot name (type SYMBOL))
  (slot os (type SYMBOL) (allowed-symbols linux windows))
  (slot memory-min (type INTEGER)))

(deftemplate lease "The right of its holder to one machine until it expires; while held: until its disk is purged."
  (slot id (type SYMBOL))
  (slot machine (type SYMBOL))
  (slot holder (type SYMBOL))
  (multislot co-owners (type SYMBOL))
  (slot phase (type SYMBOL) (allowed-symbols requested active held ended))
  (slot since (type INTEGER))
  (slot expires (type INTEGER)))

(deftemplate machine "A virtual machine. busy: a job of it has not ended."
  (slot id (type SYMBOL))
  (slot name (type SYMBOL))
  (slot lease (type SYMBOL))
  (slot image (type SYMBOL))
  (slot cores (type INTEGER))
  (slot memory (type INTEGER))
  (slot phase (type SYMBOL) (allowed-symbols waiting placed running stopped purging))
  (slot host (type SYMBOL))
  (slot moving-to (type SYMBOL))
  (slot awaits (type SYMBOL))
  (slot busy (type SYMBOL) (allowed-symbols TRUE FALSE)))

(deftemplate waiting "The machine that is to be placed next; one at a time. avoids: hosts that were excluded for it."
  (slot machine (type SYMBOL))
  (slot lease (type SYMBOL))
  (slot image (type SYMBOL))
  (slot cores (type INTEGER))
  (slot memory (type INTEGER))
  (multislot avoids (type SYMBOL)))

; ---- What happens --------------------------------------------------------------------------------------------------

(deftemplate request
  "Somebody asks; it stands until a rule has answered it. Slots that the kind does not use hold nil or 0."
  (slot id (type SYMBOL))
  (slot kind (type SYMBOL)
             (allowed-symbols new-machine renew-lease release-lease delete-machine start-machine stop-machine
                              restart-machine drain-host resume-host power-host-off power-host-on load-policy
                              reload-policies roll-back-policies))
  (slot by (type SYMBOL))
  (slot at (type INTEGER))
  (slot lease (type SYMBOL) (default nil))
  (slot host (type SYMBOL) (default nil))
  (slot image (type SYMBOL) (default nil))
  (slot name (type SYMBOL) (default nil))
  (slot cores (type INTEGER) (default 0))
  (slot memory (type INTEGER) (default 0))
  (slot length (type INTEGER) (default 0))
  (slot seen (type INTEGER) (default 0)))

(deftemplate answered "A request that a rule has said yes to in this decision; it can still be refused."
  (slot id (type SYMBOL))
  (slot kind (type SYMBOL))
  (slot by (type SYMBOL)))

(deftemplate due "A timer that wake has set is due."
  (slot purpose (type SYMBOL))
  (slot subject (type SYMBOL))
  (slot at (type INTEGER)))

(deftemplate job-ended
  "A job is over, well or badly. machine is nil for a host's power, to is the target of a migration. undone FALSE: ruins of it may be left on the host."
  (slot job (type SYMBOL))
  (slot kind (type SYMBOL) (allowed-symbols clone start stop restart migrate purge power-on power-off))
  (slot outcome (type SYMBOL) (allowed-symbols done failed))
  (slot machine (type SYMBOL) (default nil))
  (slot host (type SYMBOL))
  (slot to (type SYMBOL) (default nil))
  (slot fault (type SYMBOL) (default nil))
  (slot message (type STRING) (default ""))
  (slot undone (type SYMBOL) (allowed-symbols TRUE FALSE) (default TRUE))
  (slot at (type INTEGER)))

(deftemplate booted "Octopus has started."
  (slot at (type INTEGER)))

; ---- What rules can call -------------------------------------------------------------------------------------------
;
; Each primitive checks the laws of the cloud against what earlier ones of the same decision have already changed. It gives
; TRUE when the wish holds, also when it held before; FALSE when a law forbids it, which is recorded with the rule.
; ?request is the id of the request that is being decided, ?machine, ?lease and ?host are ids from facts.
;
; (refuse ?request ?reason ?help)        says no: nothing of this decision happens. ?help (what would pass) may be left out
; (accept ?request ?text)                says yes in words, when there is nothing to do or the rest has been called
; (grant ?request ?length)               a lease of that length with a machine that waits for a host
; (place ?machine ?host)                 makes the machine on that host
; (exclude ?machine ?host ?reason)       never offers that host to that machine
; (await-host ?machine ?host)            lets the machine wait until that host has started
; (abandon ?machine ?reason)             gives up making it: the lease is gone, its holder is told
; (extend ?lease ?until)                 moves the end of the lease; brings a held one back
; (end-lease ?lease ?reason ?hold)       expired, released or deleted: stops the machine and holds its disk for ?hold seconds;
;                                        the hold of one that has ended can only become shorter
; (purge ?lease)                         deletes machine and disk of a held lease whose hold is over
; (start ?machine) (stop ?machine) (restart ?machine)
; (migrate ?machine ?host)               moves it there, alive when it runs
; (plan-drain ?host ?onto)               a plan for moving everything off ?host, as a multifield machine host machine host ...:
;                                        machines by falling memory, each to the feasible host that it fills most; onto any ready
;                                        host, only onto used ones, or also-off: on hosts that are off, too, as if they were on.
;                                        FALSE when one finds no place or is busy
; (drain ?host) (resume ?host)           a draining host takes no machine
; (want-off ?host)                       drains it, and lets it be switched off when it is empty
; (power-off ?host) (power-on ?host)
; (wake ?purpose ?subject ?at)           asserts due at that instant; another instant for the same two moves the timer
; (remind ?lease)                        tells the holder that the lease ends soon, with buttons to renew it
; (tell ?person ?text)                   says something
; (activate ?request)                    makes the policies that were loaded, or an earlier version, the active ones
; (now)                                  the instant of this decision
; (machine-name ?machine)                the name that people know it by
; (person-name ?person)                  likewise
; (in-words ?seconds)                    a length of time for a sentence: "6 days 23 hours"
; (size-in-words ?mib)                   a size for a sentence: "8 GB"
