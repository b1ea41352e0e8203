import { describe, expect, test } from '@jest/globals';
import { compile, rendered } from '../../dsl/policy.ts';
import { check, compiled, primitives } from './check.ts';

const lease =
  '(deftemplate lease (slot id (type SYMBOL)) (slot holder (type SYMBOL)) (slot hours (type INTEGER)))';

describe('form', () => {
  test('a construct left open is named, and hides nothing behind it', () => {
    check(`
(deftemplate lease (slot id)
^^^^^^^^^^^^^^^^^^ DSL1001 \`(deftemplate lease\` is not closed
(defrule first (lease (id ?l)) => (assert (seen ?l))
^^^^^^^^^^^^^^ DSL1001 \`(defrule first\` is not closed
(defrule second (leese (id ?l)) => (assert (seen ?l)))
                 ^^^^^ DSL2001 there is no template \`leese\`
(defrule third (lease (id ?l)) => (assert (seen ?l)
^^^^^^^^^^^^^^ DSL1001 \`(defrule third\` is not closed
`);
  });

  test('a string left open swallows no construct', () => {
    check(`
(defrule first "what it is for
               ^^^^^^^^^^^^^^^ DSL1005 the string is not closed
  (initial-fact) => (assert (a)))
(defrule second "another" (b ?x) => (assert (b ?y)))
                             ^^ DSL3001 \`?x\` is used once
                                               ^^ DSL2005 \`?y\` has no value here
`);
  });

  test('text between constructs', () => {
    check(`
policy (defrule a (initial-fact) => (assert (a)))) ; a comment is no text
^^^^^^ DSL1002 text between constructs
                                                 ^ DSL1002 \`)\` closes nothing
"text" 12
^^^^^^^^^ DSL1002 text between constructs
`);
  });

  test('constructs that are unknown, or not there yet', () => {
    check(`
(defrul z => (assert (a)))
 ^^^^^^ DSL1003 there is no construct \`defrul\`
(assert (a))
 ^^^^^^ DSL1003 there is no construct \`assert\`
(defmodule MAIN)
           ^^^^ DSL1004 modules of CLIPS are not part of policies
()
^ DSL1003 a form without a name
(defrule a (declare (auto-focus TRUE)) => (any-factp ((?f a)) TRUE))
                     ^^^^^^^^^^ DSL1004 modules of CLIPS are not part of policies
                                           ^^^^^^^^^ DSL2014 \`any-factp\` cannot be called in a policy
`);
  });

  test('each bad form of a construct is told once, the good ones are checked', () => {
    check(`
${lease}
(defrule several
  (lease (id ?l & ))
                  ^ DSL1006 expected a value, a variable, \`:(…)\` or \`=(…)\`, found \`)\`
  (lease (ids ?l))
          ^^^ DSL2003 template \`lease\` has no slot \`ids\`
  (not (lease) (lease))
               ^ DSL1006 expected \`)\`: \`not\` takes one condition, found \`(\`
  =>
  (if ?unknown (assert (a)))
               ^ DSL1006 expected \`then\`, found \`(\`
  (bind 3 4)
        ^ DSL1006 expected the variable to be bound, found \`3\`
  (refuse ?l))
  ^^^^^^^^^^^ DSL2012 \`refuse\` takes 2 arguments, it is given 1
`);
  });

  test.each([
    ['(defrule)', "expected the rule's name, found `)`"],
    ['(defrule "x" => )', 'expected the rule\'s name, found `"x"`'],
    ['(deftemplate (slot a))', "expected the template's name, found `(`"],
    ['(deftemplate a b)', 'expected a slot or `)`, found `b`'],
    ['(deftemplate a (slt b))', 'expected `slot` or `multislot`, found `slt`'],
    ['(deftemplate a (slot))', "expected the slot's name, found `)`"],
    ['(deffacts a b)', 'expected a fact or `)`, found `b`'],
    ['(defglobal ?*a*)', 'expected `=`, found `)`'],
    ['(defglobal ?*a* = )', 'expected a value, a variable or a call, found `)`'],
    ['(defglobal ?a = 3)', 'expected `?*name* = value` or `)`, found `?a`'],
    ['(deffunction f)', 'expected the parameters, `(?x)` or `()`, found `)`'],
    ['(deffunction f (x))', 'expected a parameter such as `?x`, or `)`, found `x`'],
    ['(deffunction f ($?x ?y))', 'expected a parameter such as `?x`, or `)`, found `?y`'],
    ['(defrule a => b)', 'expected an action or `)`, found `b`'],
    ['(defrule a (b) => => (c))', 'expected an action or `)`, found `=>`'],
    ['(defrule a (declare) => )', 'expected a declaration such as `(salience 10)`, found `)`'],
    ['(defrule a ?f <- (not (b)) => )', "expected a template's name, found `not`"],
    ['(defrule a (best (and (b)) (maximize 1)) => )', "expected a template's name, found `and`"],
    ['(defrule a (?x) => )', 'expected a condition, found `(`'],
    ['(defrule a ?f (b) => )', 'expected `<-`, found `(`'],
    ['(defrule a (b (c (d))) => )', 'expected a value, a variable or `)`, found `(`'],
    ['(defrule a (b :x) => )', null],
    ['(defrule a (test 3) => )', 'expected a call in parentheses, found `3`'],
    ['(defrule a (forall (b)) => )', 'expected a condition, found `)`'],
    ['(defrule a (best (b)) => )', 'expected `(maximize …)` or `(minimize …)`, found `)`'],
    ['(defrule a (b) => (assert))', 'expected a fact such as `(name …)`, found `)`'],
    ['(defrule a (b) => (break 3))', 'expected `)`, found `3`'],
  ])('%s', (text, message) => {
    const first = compiled(text).diagnostics.find((diagnostic) => diagnostic.code === 'DSL1006');
    expect(first?.message ?? null).toBe(message);
  });

  test.each([
    ['(defrule a (and (b) (not (c)) => (d)))', '`(and` is still open here'],
    ['(defrule a => (b) => (c))', 'a rule has one `=>`, between its conditions and its actions'],
    ['(defrule a (b ?x) => refuse ?x "no")', 'actions stand in parentheses: `(refuse …)`'],
    ['(defrule a (b ?x) => (bind y ?x))', 'a variable begins with `?`: `?y`'],
    [
      '(defrule a (b (c ?x) & (d ?x)) => (refuse ?x "no"))',
      '`&` joins constraints of one field, slots stand side by side: `(status ready&off)`',
    ],
    ['(defrule a (b ?x&) => (refuse ?x "no"))', '`&` joins constraints of one field: `?x&~red`'],
    ['(defrule a (b ?x) (> ?x 3) => (refuse ?x "no"))', '`>` is a function: `(test (> …))`'],
    ['(defrule a (b ?x) -> (refuse ?x "no"))', 'write `=>` in place of `->`'],
    ['(defglobal *a* = 3)', 'a global variable is written `?*name*`'],
    ['(defglobal ?*a = 3)', 'a global variable ends in `*` too'],
    ['(assert (b))', 'it belongs into a construct: a `)` before it may be one too many'],
  ])('%s: %s', (text, help) => {
    expect(compiled(text).diagnostics.map((diagnostic) => diagnostic.help)).toContain(help);
  });

  test('characters, depth and numbers', () => {
    check(`
(defrule a “comment” (b) => (assert (b)))
           ^ DSL1007 the character \`“\` does not belong here
                   ^ DSL1007 the character \`”\` does not belong here
(defglobal ?*a* = 1.3m ?*b* = 99999999999999999999 ?*c* = 1e999 ?*d* = 1.5g)
                  ^^^^ DSL1009 \`1.3m\` is not a whole number of MiB
                              ^^^^^^^^^^^^^^^^^^^^ DSL1009 \`99999999999999999999\` does not fit into 64 bits
                                                          ^^^^^ DSL1009 \`1e999\` is too large for a float
(deffacts deep ${'('.repeat(100)}${')'.repeat(100)})
${' '.repeat(15 + 99)}^ DSL1008 parentheses nest deeper than 100
`);
  });

  test('what is wrong in form is known all the same', () => {
    check(`
(deftemplat host (slot name) (slot load (type INTEGER)))
 ^^^^^^^^^^ DSL1003 there is no construct \`deftemplat\`
(deftemplate lease (slot id)) (slot holder))
                               ^^^^ DSL1003 there is no construct \`slot\`
                                           ^ DSL1002 \`)\` closes nothing
(defglobal ?*a* 3 ?*b* = 4)
                ^ DSL1006 expected \`=\`, found \`3\`
(deffunction f ?x ?x)
               ^^ DSL1006 expected the parameters, \`(?x)\` or \`()\`, found \`?x\`
(defrule r
  (host (name ?h) (load ?n&:(> ?n ?*a*)&a))
                                        ^ DSL2010 slot \`load\` takes an integer, \`a\` is a symbol
  (lease (id ?h) (holder ?who))
  => (assert (found ?h ?who (f ?n ?*b*)) (value (if (> ?n 3) then 1))))
                                                ^^^^^^^^^^^^^^^^^^^^ DSL2023 \`if\` cannot stand in a fact
`);
  });

  test('a rule without its arrow', () => {
    const { diagnostics } = compiled('(defrule a (b ?x) (assert (c ?x)) (printout t "x"))');
    expect(diagnostics).toMatchObject([
      { code: 'DSL1010', message: 'the rule has no `=>`', help: 'put `=>` before `(assert …)`' },
    ]);
  });
});

describe('names', () => {
  test('templates, slots, functions, globals', () => {
    check(`
${lease}
(defrule a
  (leese (id ?l))
   ^^^^^ DSL2001 there is no template \`leese\`
  (lease (id ?l) (holdr ?who) (holder ?who) (holder ?who))
                  ^^^^^ DSL2003 template \`lease\` has no slot \`holdr\`
                                             ^^^^^^ DSL2007 slot \`holder\` is named twice
  (test (> (lenght$ ?who) ?*max*))
            ^^^^^^^ DSL2002 there is no function \`lenght$\`
                          ^^^^^^ DSL2004 there is no global \`?*max*\`
  =>
  (assert (lease (idd ?l)) (least (id ?l)))
                  ^^^ DSL2003 template \`lease\` has no slot \`idd\`
                            ^^^^^ DSL2001 there is no template \`least\`
  (lease ?l))
   ^^^^^ DSL2002 there is no function \`lease\`
`);
  });

  test('a template with an error is known all the same, and its slots are not held against anybody', () => {
    check(`
(deftemplate host (slot name) (slott load))
                               ^^^^^ DSL1006 expected \`slot\` or \`multislot\`, found \`slott\`
(defrule a (host (name ?h) (load ?l)) => (refuse ?h ?l))
`);
  });

  test('names of other files, in any order; two of a name', () => {
    const { diagnostics, base } = compiled(
      '(defrule a (lease (id ?l)) => (assert (seen ?l)))',
      `${lease}\n(defrule a (seen ?l) => (refuse ?l "seen"))`,
    );
    expect(base).toBeNull();
    expect(diagnostics).toMatchObject([
      {
        code: 'DSL2016',
        message: 'rule `a` is defined twice',
        span: { file: '2.clp', line: 2, column: 10 },
        related: [{ span: { file: '1.clp', line: 1, column: 10 } }],
      },
    ]);
  });

  test('functions and parameters of one name', () => {
    check(`
(deffunction str-cat (?x) ?x)
             ^^^^^^^ DSL2016 \`str-cat\` is a function of the language already
(deffunction f (?x ?x) ?x)
                   ^^ DSL2016 parameter \`?x\` is named twice
(deftemplate f (slot a) (slot a))
                              ^ DSL2007 slot \`a\` is declared twice
(defglobal ?*a* = 1 ?*a* = 2)
                    ^^^^ DSL2016 global \`?*a*\` is defined twice
`);
  });
});

describe('variables', () => {
  test('bound where, and where no more', () => {
    check(`
${lease}
(defrule a
  (lease (id ?l) (holder ~?who))
                         ^^^^^ DSL2005 \`?who\` has no value here
  (not (lease (id ~?l) (holder ?other)))
  (lease (holder red&?late))
                     ^^^^^ DSL2005 \`?late\` has no value here
  (lease (holder ?either|red))
                 ^^^^^^^ DSL2005 \`?either\` has no value here
  (or (lease (hours ?h)) (lease (id ?l) (holder ?w)))
  (or (lease (id ?l) (hours ?n)) (lease (holder ?l) (hours ?n)))
  =>
  (refuse ?l (str-cat ?other ?h ?w ?n ?x)))
                      ^^^^^^ DSL2006 \`?other\` is bound inside of \`not\` only
                             ^^ DSL2006 \`?h\` is bound in some branches of \`or\` only
                                ^^ DSL2006 \`?w\` is bound in some branches of \`or\` only
                                      ^^ DSL2005 \`?x\` has no value here
`);
  });

  test('bind, loops, parameters and the rest', () => {
    check(`
(deffunction f (?a $?rest)
  (bind ?sum ?a)
  (foreach ?one ?rest (bind ?sum (+ ?sum ?one ?one-index)))
  (loop-for-count (?i 2) (bind ?sum (+ ?sum ?i)))
  (progn$ (?p $?rest) (if (> ?p 3) then (break)))
  (while (> ?sum 100) do (bind ?sum (- ?sum 1)))
  (switch ?sum (case 1 then (return 2)) (default (return ?later)))
                                                         ^^^^^^ DSL2005 \`?later\` has no value here
  (break)
  ^^^^^^^ DSL2023 \`break\` stands outside of a loop
  ?sum)
(defrule a (initial-fact) => (bind ?x (f 1 2 3)) (if (> ?x 1) then (bind ?y 1)) (assert (a ?x ?y)))
`);
  });

  test('an address is taken by a name of its own', () => {
    check(`
${lease}
(defrule a
  (lease (id ?l))
  ?l <- (lease (id ?other))
  ^^ DSL2022 \`?l\` is bound already, it cannot take the fact's address
  => (retract ?l ?other))
                 ^^^^^^ DSL2017 \`retract\` takes the address of a fact, \`?other\` is none
(defrule b
  ?f <- (lease (id ?l))
  ?g <- (seen ?l)
  => (modify ?f (id ?l) (houres 3)) (modify ?l (id ?l)) (modify ?g (id ?l)) (assert (seen ?l)))
                         ^^^^^^ DSL2003 template \`lease\` has no slot \`houres\`
                                            ^^ DSL2017 \`modify\` takes the address of a fact, \`?l\` is none
                                                                ^^ DSL2017 \`modify\` changes slots, and an ordered fact has none
`);
  });

  test('warnings: used once, never matches, asserted by nobody', () => {
    check(`
${lease}
(defrule a
  (lease (id ?l) (holder ?_who) (hours ?h))
                                       ^^ DSL3001 \`?h\` is used once
  (lease (id red&blue|green) (holder ann&~ann))
                                     ^^^^^^^^ DSL3002 no value is all of this: the rule never matches
  (sen ?l)
   ^^^ DSL3003 nothing asserts a fact \`sen\`
  => (assert (seen ?l)))
`);
  });
});

describe('types and values', () => {
  test('literals against their slot', () => {
    check(`
(deftemplate person (slot id (type SYMBOL) (default ?NONE)) (slot role (allowed-symbols researcher admin))
  (slot cores (type INTEGER) (range 0 64)) (multislot tags (type SYMBOL) (cardinality 0 3)) (slot note (type STRING)))
(deffacts some
  (person (id "ann") (role reseacher) (cores 65) (tags a 3) (note hello))
              ^^^^^ DSL2010 slot \`id\` takes a symbol, \`"ann"\` is a string
                           ^^^^^^^^^ DSL2011 \`reseacher\` is none of the values of slot \`role\`
                                             ^^ DSL2011 \`65\` is outside of the range of slot \`cores\`
                                                         ^ DSL2010 slot \`tags\` takes a symbol, \`3\` is an integer
                                                                  ^^^^^ DSL2010 slot \`note\` takes a string, \`hello\` is a symbol
  (person (role 3) (cores 8G) (cores 1 2))
   ^^^^^^ DSL2009 a \`person\` needs \`id\`
                ^ DSL2010 slot \`role\` takes a symbol, \`3\` is an integer
                          ^^ DSL2010 slot \`cores\` takes an integer, \`8G\` is a symbol
                               ^^^^^ DSL2007 slot \`cores\` is named twice
                               ^^^^^ DSL2008 slot \`cores\` takes one value, it is given 2
  (person bob (id bob)))
          ^^^ DSL2021 a field of \`person\` stands in no slot
`);
  });

  test('patterns', () => {
    check(`
${lease}
(defglobal ?*most* = 3)
(defrule a
  (lease (id a b) (holder $?) (hours ?h&~x&:(> ?h 2)&=(+ 1 1.5)))
          ^^ DSL2008 slot \`id\` takes one value, it is given 2
                   ^^^^^^ DSL2008 slot \`holder\` takes one value, it is given a multifield
                                         ^ DSL2010 slot \`hours\` takes an integer, \`x\` is a symbol
  (lease (id ?h) (hours ?*most*) (holder))
             ^^ DSL2018 \`?h\` is an integer, slot \`id\` takes a symbol
                        ^^^^^^^ DSL2025 the global \`?*most*\` cannot stand alone in a pattern
                                  ^^^^^^ DSL2008 slot \`holder\` takes one value, it is given none
  => (assert (a)))
`);
  });

  test('arguments', () => {
    check(`
${lease}
(deffunction twice (?x) (* 2 ?x))
(defrule a
  (lease (id ?l) (holder ?who) (hours ?h&:(> ?h ?who)))
                                                ^^^^ DSL2013 \`>\` takes an integer or a float here, this is a symbol
  =>
  (twice 1 2)
  ^^^^^^^^^^^ DSL2012 \`twice\` takes 1 argument, it is given 2
  (refuse ?l ?who)
             ^^^^ DSL2013 \`refuse\` takes a string here, this is a symbol
  (bind ?x (refuse ?l "no"))
           ^^^^^^^^^^^^^^^^ DSL2013 \`refuse\` gives no value
  (place ?x (create$ a b))
            ^^^^^^^^^^^^^ DSL2013 \`place\` takes a symbol here, this is a multifield
  (foreach ?one ?who (place ?l ?one))
                ^^^^ DSL2013 a loop over a list takes a multifield
  (length$ ?who))
           ^^^^ DSL2013 \`length$\` takes a multifield here, this is a symbol
`);
  });

  test('slot attributes that contradict each other', () => {
    check(`
(deftemplate t
  (slot a (type FLOAT) (range 0 1.5))
                       ^^^^^^^^^^^^^ DSL2020 the slot takes a float, \`0\` in \`range\` is an integer
  (slot b (type SYMBOL) (allowed-values red "green"))
                        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ DSL2020 the slot takes a symbol, \`"green"\` in \`allowed-values\` is a string
  (slot c (range 1 3) (allowed-integers 1 2 3))
          ^^^^^^^^^^^ DSL2020 \`range\` cannot stand beside \`allowed-integers\`
  (slot d (type NUMBER INTEGER))
                       ^^^^^^^ DSL2020 \`INTEGER\` says again what \`type\` says already
  (multislot e (cardinality 0.5 2))
               ^^^^^^^^^^^^^^^^^^^ DSL2020 \`cardinality\` counts fields
  (multislot f (cardinality 2 3) (default one)))
                                 ^^^^^^^^^^^^^ DSL2011 slot \`f\` takes 2 to 3 values, not 1
`);
  });

  test('slot attributes', () => {
    check(
      `
(deftemplate t
  (slot a (type INTEGR))
                ^^^^^^ DSL2020 there is no type \`INTEGR\`
  (slot b (default 1 2))
          ^^^^^^^^^^^^^ DSL2020 slot \`b\` holds one value, its default has 2
  (slot c (type INTEGER) (default red))
                                  ^^^ DSL2010 slot \`c\` takes an integer, \`red\` is a symbol
  (slot d (range 3 1) (cardinality 0 3))
          ^^^^^^^^^^^ DSL2020 \`range\` goes from 3 down to 1
                      ^^^^^^^^^^^^^^^^^ DSL2020 slot \`d\` holds one value, it has no cardinality
  (slot e (defualt 3) (type SYMBOL) (type STRING))
          ^^^^^^^^^^^ DSL2020 a slot has no attribute \`defualt\`
                                    ^^^^^^^^^^^^^ DSL2020 \`type\` is given twice for slot \`e\`
  (slot f (allowed-symbols "x" 3))
                           ^^^ DSL2020 \`"x"\` cannot stand in \`allowed-symbols\`
                               ^ DSL2020 \`3\` cannot stand in \`allowed-symbols\`
  (slot g (default ?x) (allowed-values)))
                       ^^^^^^^^^^^^^^^^ DSL2020 \`allowed-values\` lists no value
                   ^^ DSL2020 a default cannot use the variable \`?x\`
`.replace(/(.*lists no value\n)(.*variable.*\n)/, '$2$1'),
    );
  });

  test('salience', () => {
    check(`
(defglobal ?*first* = 100)
(defrule a (declare (salience ?*first*)) => (assert (a)))
(defrule b (declare (salience 10001)) => (assert (a)))
                              ^^^^^ DSL2019 salience 10001 is out of range
(defrule c (declare (salience high) (saliance 3)) => (assert (a)))
                              ^^^^ DSL2019 \`salience\` takes an integer
                                     ^^^^^^^^ DSL2024 a rule has no declaration \`saliance\`
`);
  });
});

describe('what a policy may do', () => {
  test('pure functions anywhere, actions behind the arrow, the terminal nowhere', () => {
    check(`
(deffunction give-up (?r) (funcall refuse ?r "no"))
(defrule a
  (seen ?r)
  (test (place ?r ?r))
         ^^^^^ DSL2015 \`place\` changes something, it cannot stand in a condition
  (test (give-up ?r))
         ^^^^^^^ DSL2015 \`give-up\` changes something, it cannot stand in a condition
  (test (retract ?r))
         ^^^^^^^ DSL2015 \`retract\` changes something, it cannot stand in a condition
  (test (assert (a)))
        ^^^^^^^^^^^^ DSL2015 \`assert\` changes something, it cannot stand in a condition
  =>
  (give-up ?r)
  (printout t "no" crlf)
   ^^^^^^^^ DSL2014 \`printout\` cannot be called in a policy
  (funcall printout ?r) (funcall place ?r ?r) (foreach ?one (sort > 3 1 2) (funcall ?one)) (sort grater 1 2)
           ^^^^^^^^ DSL2014 \`printout\` cannot be called in a policy
                                                                                    ^^^^ DSL2002 \`funcall\` takes the name of a function here
                                                                                                 ^^^^^^ DSL2002 \`sort\` takes the name of a function here
  (tell ?r)
   ^^^^ DSL2014 \`tell\` cannot be called in a policy
  (assert (seen (random))))
                 ^^^^^^ DSL2014 \`random\` cannot be called in a policy
(defglobal ?*a* = (place a b))
                   ^^^^^ DSL2015 \`place\` changes something, it cannot stand here
`);
  });

  test('modules, queries and the clock are for programs', () => {
    check(`
(defmodule A (export ?ALL))
           ^ DSL1004 modules of CLIPS are not part of policies
(deffacts d (a 1))
(defrule r
  ?f <- (a ?x)
  (test (any-factp ((?g a)) (neq ?f ?g)))
         ^^^^^^^^^ DSL2014 \`any-factp\` cannot be called in a policy
  =>
  (focus A)
   ^^^^^ DSL2014 \`focus\` cannot be called in a policy
  (do-for-all-facts ((?g a)) (eq ?g ?f) (assert (b ?x (time) (get-defrule-list))))
   ^^^^^^^^^^^^^^^^ DSL2014 \`do-for-all-facts\` cannot be called in a policy
                                                       ^^^^ DSL2014 \`time\` cannot be called in a policy
                                                              ^^^^^^^^^^^^^^^^ DSL2014 \`get-defrule-list\` cannot be called in a policy
  (eval "(+ 1 2)"))
   ^^^^ DSL1004 \`eval\` of CLIPS is not part of this language
`);
  });

  test('logical leads', () => {
    check(`
(defrule a (initial-fact) (logical (seen ?l)) => (assert (seen ?l)))
                          ^^^^^^^^^^^^^^^^^^^ DSL2023 \`logical\` stands behind another condition
(defrule b (logical (seen ?l)) (logical (seen ?l)) (seen ?l) => (assert (seen ?l)))
`);
  });
});

test('the rendered form: place, line, carets, help, related, count; sorted over all files', () => {
  const files = [
    {
      name: 'policies/quota.clp',
      text: `(defrule a\n  (lease (id ?l) (holdr ?who))\n\t=> (refuse ?l ?whom))`,
    },
    { name: 'policies/lease.clp', text: `${lease})` },
  ];
  const { diagnostics } = compile(files, { functions: primitives });
  expect(rendered(diagnostics.toReversed(), files)).toMatchInlineSnapshot(`
"policies/quota.clp:2:19 error DSL2003: template \`lease\` has no slot \`holdr\`
   2 |   (lease (id ?l) (holdr ?who))
     |                   ^^^^^
     help: did you mean \`holder\`?
     policies/lease.clp:1:14 \`lease\` is declared here
policies/quota.clp:2:25 warning DSL3001: \`?who\` is used once
   2 |   (lease (id ?l) (holdr ?who))
     |                         ^^^^
     help: write \`?\` when the value does not matter, or begin its name with \`_\`
policies/quota.clp:3:16 error DSL2005: \`?whom\` has no value here
   3 | 	=> (refuse ?l ?whom))
     | 	              ^^^^^
     help: did you mean \`?who\`?
policies/lease.clp:1:100 error DSL1002: \`)\` closes nothing
   1 | …L)) (slot holder (type SYMBOL)) (slot hours (type INTEGER))))
     |                                                              ^
     help: the construct above is closed already
3 errors, 1 warning"
`);
  expect(rendered([], files)).toBe('no errors');
});
