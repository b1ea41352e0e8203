; watch facts: every fact that comes and goes.
(watch facts)
(assert (a 1))
(retract 1)
(deffacts d (b))
(reset)
(unwatch facts)
(assert (c))
(exit)
