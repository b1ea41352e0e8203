; When a holder is told that a lease ends. A reminder that would lie before the lease was granted or last renewed is left out.

(deftemplate reminder "A reminder so long before the end. The purpose names its timer."
  (slot purpose (type SYMBOL))
  (slot before (type INTEGER)))

(deffacts reminders
  (reminder (purpose remind-a-week-before) (before 7d))
  (reminder (purpose remind-a-day-before) (before 1d))
  (reminder (purpose remind-hours-before) (before 2h)))

(defrule plan-reminder
  (lease (id ?l) (phase active) (since ?since) (expires ?e))
  (reminder (purpose ?purpose) (before ?before&:(> (- ?e ?before) ?since)))
  =>
  (wake ?purpose ?l (- ?e ?before)))

(defrule remind "The holder is told, with buttons to renew."
  (due (purpose ?purpose) (subject ?l) (at ?at))
  (reminder (purpose ?purpose))
  (lease (id ?l) (phase active) (expires ?e&:(> ?e ?at)))
  =>
  (remind ?l))
