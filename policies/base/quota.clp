; How much one person may hold at a time. A held lease, whose disk is only kept, does not count.

(deftemplate quota "Most that one person of a role may hold."
  (slot role (type SYMBOL) (allowed-symbols researcher admin))
  (slot cores (type INTEGER))
  (slot memory (type INTEGER))
  (slot machines (type INTEGER)))

(deffacts quotas
  (quota (role researcher) (cores 16) (memory 64g) (machines 6))
  (quota (role admin) (cores 64) (memory 256g) (machines 32)))

(defrule quota-cores "Nobody holds more cores than the quota of their role."
  (declare (salience 100))
  (request (id ?r) (kind new-machine) (by ?who) (cores ?asked))
  (person (id ?who) (role ?role) (cores ?held))
  (quota (role ?role) (cores ?limit&:(> (+ ?held ?asked) ?limit)))
  =>
  (refuse ?r (str-cat "you hold " ?held " of " ?limit " cores, this asks for " ?asked)
             (if (> ?limit ?held)
              then (str-cat "up to " (- ?limit ?held) " would pass, or release a machine first")
              else "release a machine first")))

(defrule quota-memory "Nobody holds more memory than the quota of their role."
  (declare (salience 100))
  (request (id ?r) (kind new-machine) (by ?who) (memory ?asked))
  (person (id ?who) (role ?role) (memory ?held))
  (quota (role ?role) (memory ?limit&:(> (+ ?held ?asked) ?limit)))
  =>
  (refuse ?r (str-cat "you hold " (size-in-words ?held) " of " (size-in-words ?limit) " memory, this asks for "
                      (size-in-words ?asked))
             (if (> ?limit ?held)
              then (str-cat "up to " (size-in-words (- ?limit ?held)) " would pass, or release a machine first")
              else "release a machine first")))

(defrule quota-machines "Nobody holds more machines than the quota of their role."
  (declare (salience 100))
  (request (id ?r) (kind new-machine) (by ?who))
  (person (id ?who) (role ?role) (machines ?held))
  (quota (role ?role) (machines ?limit&:(>= ?held ?limit)))
  =>
  (refuse ?r (str-cat "you hold " ?held " of " ?limit " machines") "release one first"))

(defrule quota-on-return "A machine that comes back out of its hold counts again."
  (declare (salience 100))
  (request (id ?r) (kind renew-lease) (lease ?l))
  (lease (id ?l) (phase held) (machine ?m) (holder ?who))
  (machine (id ?m) (cores ?cores) (memory ?memory))
  (person (id ?who) (role ?role) (cores ?cores-held) (memory ?memory-held))
  (quota (role ?role) (cores ?cores-limit) (memory ?memory-limit))
  (test (or (> (+ ?cores-held ?cores) ?cores-limit) (> (+ ?memory-held ?memory) ?memory-limit)))
  =>
  (refuse ?r (str-cat "with " (machine-name ?m) " back you would hold " (+ ?cores-held ?cores) " of " ?cores-limit
                      " cores and " (size-in-words (+ ?memory-held ?memory)) " of " (size-in-words ?memory-limit))
             "release another machine first"))
