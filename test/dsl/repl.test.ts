import { expect, test } from '@jest/globals';
import { describeWithClips, runOfClips, runOfOurs, type Program } from './clips-program.ts';

// The prompt writes what CLIPS writes, to the letter.

const base = `
(deftemplate t (slot a) (multislot m) (slot s (type STRING)))
(deffacts d (t (a 1) (m)) (x y "z"))
(defrule r ?f <- (t (a ?x)) (not (q)) => (printout t "x is " ?x crlf) (assert (z ?x)))
`;

/** Words, lines and brackets to be read. */
const words = 'alpha "be ta" 3 4.50 (x y) ; comment\nline two\n\nlast';

const constructs = `
; a file of constructs
(deftemplate tt "with a comment" (slot a (type INTEGER) (default 3)) (multislot m (allowed-values a b 3 "x")))
(deffacts dd "some" (tt (a 1) (m a b)) (x "y z" 3.50 =(+ 1 2)) (x))
(deffacts none)
(defglobal ?*g* = (create$ a "b" 3) ?*h* = 2)
(deffunction ff "comment" (?x $?y)
  (bind ?z (+ ?x 1))
  (if (> ?z 3) then (printout t "big" crlf) (return 3) else (printout t "small") 4)
  (while (< ?z 10) do (bind ?z (+ ?z 1))) (while TRUE (break))
  (loop-for-count (?i 1 3) do (printout t ?i)) (loop-for-count 3 (printout t 1)) (loop-for-count (?i 3) (printout t ?i))
  (progn$ (?e ?y) (printout t ?e)) (foreach ?e ?y do (printout t ?e)) (progn$ (create$ a) 1)
  (switch ?x (case 1 then a) (case 2 then b c) (default d))
  (if (or TRUE (if TRUE then 3 else 4)) then)
  (bind ?w (if TRUE then 3 else (progn 2 3))))
(deffunction f0 ())
(defrule r1 "a comment" (declare (salience (+ 1 2))) (a +3 1e3 -0.50 ?x&~4|:(> ?x 3)&=(+ 1 2))
  ?f <- (tt (a 1|2|3) (m ?u ? $?)) (test (= (+ 1 2) (- 4 1))) => (retract ?f) (assert (b ?x) (tt (a 4) (m a))))
(defrule r2 (and (a) (b)) (or (c) (and (d) (e))) (not (f)) (not (and (g) (h))) (exists (i)) (exists (i) (j))
  (forall (k ?x) (l ?x) (m ?x)) => (printout t "long " ?*g* crlf))
(defrule r3 (logical (a) (b)) ?q <- (tt (a ?b)) (x ~"s\\"tr"&?b) => (modify ?q (a 4)) (duplicate ?q (a 4) (m a b (+ 1 2))))
(defrule r4 =>)
`;
const joins = `
(deftemplate y (slot a) (slot b))
(defrule r (y) (not (y (a 1))) (test (> 1 0)) => )
(defrule r2 (y) (test (> 1 0)) (not (y (a 1)))  => )
(defrule r3 (exists (y) (y (a 4))) => )
(defrule r4 (test (> 2 1)) => )
(defrule r4b => )
(defrule r4c => )
(defrule r4d (test (> 2 1)) (y) => )
(defrule r5 (not (y)) => )
(defrule r6 (forall (y) (y (a 2))) => )
(defrule r7 (y) (exists (y (a 3)))=> )
(defrule r8 (y) (not (and (y (a 4)) (y (a 5)))) (y (a 7)) => )
(defrule r9 (logical (y)) (y (a 7)) => )
(defrule ra (not (not (y))) => )
(defrule rb (y (a ?x) (b ?y)) (y (a ?y)) => )
(defrule rc (y (a ?q) (b ?y)) (y (a ?y)) (y (a ?q)) => )
(defrule rd ?f <- (y (a ?q) (b ?y)) ?g <- (y (a ?y)) (y (a ?q)) => )
(defrule re (y (a ?q&1|2) (b ?y&:(> ?y 3))) (y (a ?y)) (y (a ?q)) => )
(defrule rf (y (a ?)) => )
(defrule rg (y (a ?x)) => )
(defrule rh (y) => )
(defrule ri (y (b ?z)) (test (> ?z 3)) (test (> ?z 4)) (y) => )
(defrule rj (or (y (a 1)) (y (a 2))) (or (y (b 1)) (y (b 2))) => )
(defrule rk (forall (y) (y (a 2)) (y (a 3))) => )
(defrule rl (not (and (y) (not (y (a 2))))) => )
(defrule rm (not (and (y) (test (> 2 3)))) => )
(defrule rn (exists (y) (test (> 2 3))) => )
(defrule ro (y) (not (test (> 3 4))) => )
(defrule rp (y (a ?x)) (y (a ?x)) (y (a ?x)) => )
(defrule rp (y (a ?x)) (y (a ?x)) (y (a ?x)) => )
`;
const kinds = ['defrule', 'deftemplate', 'deffacts', 'defglobal', 'deffunction'];
const shown = ['r1', 'r2', 'r3', 'r4'].map((name) => `(ppdefrule ${name})\n`).join('');

const programs: Readonly<Record<string, Program>> = {
  'a rule cannot remove itself while it fires': {
    text: '(defrule e (q) => (undefrule e) (undefrule f) (printout t "e still" crlf))\n(defrule f (q) =>)\n(deffunction g () (reset) (assert (q)) (run))\n(g)\n(rules)\n(undefrule e)\n(rules)\n',
  },
  'nothing is shown where there is no value': {
    input:
      '(seed 3)\n(printout t a crlf)\n(progn (reset))\n(while FALSE do 3)\n(retract *)\n(set-current-module MAIN)\n(create$)\n',
  },
  'values at the prompt': {
    input:
      '(+ 1 2)\n(bind ?x (create$ a "b" 3.50))\n?x\n3.50\n"a b"\nred blue\n(progn 3)\n(create$)\n(if FALSE then 1)\n(printout t "a" crlf)\n',
  },
  'one command of each line': {
    input: '(+ 1 2) (+ 3 4)\n\n  ; nothing\n(+ 1 ; one\n 2\n)\nred (+ 1\n(+ 2 3)\n',
  },
  'a program says only what it prints': {
    text: '(+ 1 2)\n(printout t "a" crlf) (printout t "b" crlf)\nred\n(printout t "c" crlf)',
    input: '(+ 1 2)\n',
  },
  'facts and agenda': {
    text: `${base}(reset)\n(agenda)\n(facts)\n(run)\n(facts)\n(agenda)\n`,
    input: '(assert (k (+ 1 2)) (k "a b" 1.0))\n(facts)\n(agenda)\n',
  },
  'what is watched': {
    text: `${base}(watch facts)\n(watch rules)\n(watch activations)\n(reset)\n(run)\n(unwatch facts)\n(assert (q))\n(reset)\n(run)\n`,
  },
  'definitions and calls': {
    input:
      '(defglobal ?*z* = 4)\n?*z*\n(deffunction f (?a) (+ ?a 1))\n(f 3)\n(defrule a (b) => (printout t hi crlf))\n(assert (b))\n(run)\n(clear)\n(facts)\n',
  },
  'files are opened, read and closed': {
    files: { 'in.txt': words },
    input: `(open "in.txt" f)\n(open "in.txt" f2 "r")\n(open "in.txt" f)\n${'(read f)\n'.repeat(9)}${'(readline f)\n'.repeat(5)}(read f)
(close f)\n(close f)\n(close)\n(open "none" g)\n(open "none/none" g "w")\n(open "out.txt" g "q")\n(read none)\n(get-char none)\n(printout none 1)\n`,
  },
  'files are written': {
    input: `(open "out.txt" g "w")\n(printout g "hi" crlf 3.0 "x" (create$ a "b") crlf)\n(format g "%d-%s%n" 3 abc)\n(close g)
(open "out.txt" g "a")\n(printout g "more" crlf)\n(close g)\n(open "gone.txt" g "w")\n(close g)\n(remove "gone.txt")\n(remove "gone.txt")
(open "old.txt" g "w")\n(close g)\n(rename "old.txt" "new.txt")\n`,
  },
  'what is typed is read': {
    input: `(read)\nfoo bar\n(readline)\nhello there  you\n(bind ?x (read)) baz\n17 18\n?x\n(read)\n\n"a b" c\n(read)\n(foo\n(read)\n; comment
"x" y\n(get-char)\nred\n(read t)\n?x\n(readline stdin)\nlast\n`,
  },
  'what is typed behind a program is read by it': {
    text: '(bind ?x (read))\n(printout t "got " (read) " and " (readline) crlf)\n',
    input: 'one\ntwo\nthree four\n(+ 1 2)\n',
  },
  'a batch is shown as it is read': {
    files: {
      'b.bat':
        '(printout t "in batch" crlf)\n(+ 1 2) (+ 3 4)\n(bind ?x (read)) zz\ntok1 tok2\n; comment\n(readline)\nsome line\n(defrule q\n  (z)\n  =>)\n(rules)\n',
      'c.bat': '(printout t "c" crlf)\n(batch "b.bat")\n(printout t "end of c" crlf)\n(+ 1',
    },
    input:
      '(batch "b.bat") (+ 5 5)\n(+ 6 6)\n(clear)\n(batch "c.bat")\n 2)\n(batch "none")\n(batch* "none")\n(clear)\n(batch* "b.bat")\ntyped\na line\n',
  },
  'a dribble file has all that is shown and typed': {
    files: { 'b.bat': '(+ 40 2)\n(dribble-off)\n(+ 1 1)\n' },
    input:
      '(dribble-on "d1.txt")\n(+ 1 2)\n(printout t "hello" crlf)\n(read)\ntok en\n(batch "b.bat")\n(dribble-off)\n(dribble-on "none/none")\n(dribble-on "d2.txt")\n(dribble-on "d3.txt")\n(+ 3 3)\n',
  },
  'constructs are listed, shown and removed': {
    text: `(unwatch compilations)\n`,
    files: { 'c.clp': constructs },
    input: `(load "c.clp")\n${kinds
      .map((kind) => `(list-${kind.replace(/s?$/, 's')})\n(get-${kind}-list)\n(get-${kind}-list *)\n`)
      .join('')}${shown}(ppdeftemplate tt)\n(ppdeffacts dd)\n(ppdeffacts none)\n(ppdefglobal g)
(ppdeffunction ff)\n(ppdeffunction f0)\n(ppdeftemplate a)\n(ppdefrule none)\n(show-defglobals)\n(rules *)\n(list-deftemplates *)
(deftemplate-module tt)\n(undefrule none)\n(undefrule r3)\n(undeftemplate tt)\n(undefglobal h)\n(undeffunction ff)\n(undefrule *)\n(undeffacts dd)
(undeftemplate *)\n(undefglobal *)\n(undeffunction *)\n(rules)\n(list-deftemplates)\n(list-defglobals)\n(list-deffunctions)\n(load "none")\n(load* "c.clp")\n(rules)\n`,
  },
  'load says what is no construct once': {
    text: '(unwatch compilations)\n',
    files: { 'c.clp': '(deftemplate a (slot b))\nfoo bar\n(printout t hi)\n(deffacts c (a (b 1)))\n(run)\n' },
    input: '(load "c.clp")\n(clear)\n(load* "c.clp")\n(list-deffacts)\n',
  },
  'load tells of each construct while compilations are watched': {
    files: {
      'c.clp':
        '(deftemplate a (slot b))\n(deffacts c (a (b 1)))\n(defglobal ?*x* = 1 ?*y* = 2)\n(deffunction f () 1)\n',
    },
    input: '(load "c.clp")\n(undeffacts c)\n(load* "c.clp")\n(undeffacts c)\n(load "c.clp")\n',
  },
  'a reset takes away and brings back what rests on no fact': {
    text: `(defrule e =>)\n(defrule n (not (a)) =>)\n(defrule n2 (not (b)) (c) =>)\n(defrule t (test (> 2 1)) =>)\n(defrule x (exists (c)) =>)
(defrule i (initial-fact) =>)\n(deffacts d (c) (z =(+ 1 2)))\n(reset)\n(watch activations)\n(watch facts)\n(reset)\n(assert (b) (a))\n(reset)\n(run)\n(reset)\n`,
  },
  'load tells which joins are shared': { files: { 'j.clp': joins }, input: '(load "j.clp")\n' },
  'matches of patterns, joins and rules': {
    input: `(defrule r (a ?x) (b ?y) (c ?x ?y) =>)\n(defrule e =>)\n(defrule n (not (a 77)) =>)\n(defrule x (exists (a ?x) (c ?x ?)) =>)
(defrule f (forall (a ?x) (c ?x ?)) =>)\n(defrule g (a ?x) (not (b ?x)) (not (and (b ?x) (a ?x))) (c ? ?) =>)\n(defrule o (or (a 5) (not (a 5))) (c ? ?) =>)
(defrule k (a ?x) (c ?x ?) =>)\n(defrule v (d $?p ?q $?s) (test (eq ?q 7)) =>)\n(assert (a 5) (a 3) (a 9) (b 1) (b 2) (c 5 1) (c 3 2) (c 5 3) (d 7 7))
${['r', 'e', 'n', 'x', 'f', 'g', 'o', 'k', 'v'].map((name) => `(matches ${name})\n(matches ${name} succinct)\n`).join('')}
(assert (a foo) (a bar) (c foo 2) (a "s") (c "s" 1) (a 2.5) (c 2.5 1))\n(matches r)\n(retract 1)\n(assert (a 5))\n(matches r)\n(run 1)\n(matches r)
(matches none)\n(matches r none)\n(matches r verbose)\n(matches r terse)\n`,
  },
  'what supports a fact, and facts slot by slot': {
    text: `(deftemplate t (slot a) (multislot m))\n(deftemplate e)\n(defrule r (logical (a ?x) (b ?y)) (c) => (assert (d ?x)))
(defrule r2 (logical (b ?y) (not (z))) => (assert (d 1)))\n(defrule r3 (logical (d 1)) => (assert (e)))\n(assert (a 1) (b 2) (c))\n(run)\n`,
    input: `(dependencies 4)\n(dependencies 5)\n(dependencies 1)\n(dependents 1)\n(dependents 2)\n(dependents 0)\n(dependencies 99)
(assert (t (a "x y") (m 1 "b")) (e))\n(ppfact 6)\n(ppfact 6 t)\n(ppfact 7)\n(ppfact 1)\n(ppfact 6 werror TRUE)\n(ppfact a)\n(assert (t (a nil) (m)))
(ppfact 7 t TRUE)\n(ppfact 7 nil)\n(ppfact 7 none)\n(bind ?f (assert (q)))\n(ppfact ?f)\n(dependencies ?f)\n`,
  },
  'constructs are saved': {
    files: { 'c.clp': constructs },
    text: '(load* "c.clp")\n(deffunction f2 (?x ?y $?z) ?x)\n(save "s.clp")\n(save "none/none")\n',
  },
  'facts are listed in parts': {
    text: '(deffacts d (a 1) (a 2) (b 1) (b 2))\n(reset)\n',
    input:
      '(facts 2)\n(facts 1 3)\n(facts 0 9 2)\n(facts MAIN 3)\n(facts * 1 2)\n(facts 10)\n(facts none)\n(facts -1)\n(facts a b)\n(get-fact-list)\n',
  },
  'facts are saved and loaded': {
    files: { 'f.fct': '(t (a 1) (m x y))\n(v 1 "two words" 3.0)\n; comment\n(v 1 "two words" 3.0)\n(w)\n' },
    text: '(deftemplate t (slot a) (multislot m))\n(load-facts "f.fct")\n',
    input: `(facts)\n(save-facts "1.fct")\n(save-facts "2.fct" local)\n(save-facts "3.fct" visible)\n(save-facts "4.fct" local t v)
(save-facts "5.fct" visible none)\n(save-facts "none/none")\n(load-facts "none")\n(assert (v "q\\"uo\\\\te"))\n(save-facts "6.fct")\n(reset)\n(load-facts "6.fct")\n(facts)\n`,
  },
  'single constructs are watched': {
    input: `(list-watch-items)\n(watch facts)\n(get-watch-item facts)\n(get-watch-item none)\n(watch none)\n(deftemplate t (slot a))\n(deftemplate u (slot a))
(unwatch facts)\n(watch facts t)\n(assert (t (a 1)) (u (a 1)) (v 1))\n(list-watch-items facts)\n(unwatch facts t u)\n(watch facts none)\n(watch facts t none)
(reset)\n(watch messages)\n(unwatch all)\n(list-watch-items)\n`,
  },
  'globals, statistics, focus and a halt are watched': {
    text: '(defglobal ?*x* = 3)\n(defrule r1 => (bind ?*x* 2) (halt) (printout t after crlf))\n(defrule r2 (declare (salience -5)) => (printout t r2 crlf))\n',
    input:
      '(watch globals)\n(watch statistics)\n(bind ?*x* 4)\n(bind ?*x* 4)\n(run)\n(watch rules)\n(reset)\n(run)\n(run)\n(watch focus)\n(watch activations r1)\n(reset)\n(run)\n',
  },
  settings: {
    input: `(set-strategy breadth)\n(get-strategy)\n(set-strategy none)\n(set-salience-evaluation every-cycle)\n(get-salience-evaluation)
(set-salience-evaluation none)\n(set-fact-duplication TRUE)\n(get-fact-duplication)\n(set-reset-globals FALSE)\n(get-reset-globals)
(set-dynamic-constraint-checking TRUE)\n(get-dynamic-constraint-checking)\n(clear)\n(get-strategy)\n(get-fact-duplication)\n`,
  },
  'focus and agenda': {
    text: '(defrule r1 (a) => (printout t r1 crlf))\n(defrule r2 (declare (salience -5)) (a) => (printout t r2 crlf))\n(assert (a))\n',
    input: `(agenda MAIN)\n(agenda *)\n(run 0)\n(run 1)\n(run 2)\n(refresh r1)\n(refresh none)\n(agenda)\n(run -1)\n(refresh-agenda)\n(refresh-agenda MAIN)\n(get-focus)
(get-focus-stack)\n(list-focus-stack)\n(focus MAIN)\n(list-focus-stack)\n(pop-focus)\n(pop-focus)\n(get-focus)\n(clear-focus-stack)\n(list-defmodules)
(get-defmodule-list)\n(get-current-module)\n(set-current-module MAIN)\n`,
  },
  'commands on right-hand sides': {
    text: `(defrule r (a) => (facts) (agenda) (watch facts) (assert (b)) (unwatch facts) (run) (list-defrules) (undefrule s) (clear) (set-strategy breadth))
(defrule s (a) => (printout t s crlf))\n(assert (a))\n(run)\n(defrule e (c) => (printout t before) (exit 2) (printout t after))\n(assert (c))\n(run)\n(printout t more)\n`,
  },
};

describeWithClips('the prompt writes what CLIPS writes', () => {
  test.each(Object.entries(programs))('%s', (_, program) => {
    expect(runOfOurs(program)).toEqual(runOfClips(program));
  });
});

test('the end of input ends a program that asks for ever', () => {
  expect(runOfOurs({ text: '(while TRUE do (bind ?x (read)))\n(printout t "never" crlf)\n' }).output).toBe(
    '',
  );
});

test('errors are told with their place in the program, and an error in a condition ends the firing', () => {
  const text = `; a program
(deftemplate t (slot a))
(defrule s (t (b 1)) =>)
(defrule r (go) => (printout t "before " (div 1 0)) (printout t "never"))
(defrule c (t (a ?x&:(> ?x 3))) =>)
(defrule d (come) => (assert (t (a y))) (printout t "never"))
(assert (go))
(run)
(assert (come))
(run)
`;
  expect(runOfOurs({ text }).output.split('         CLIPS')[0]).toBe(`
program:3:16 error DSL2003: template \`t\` has no slot \`b\`
   3 | (defrule s (t (b 1)) =>)
     |                ^
     help: its slots are \`a\`
     program:2:14 \`t\` is declared here
before \`div\` divides by zero
[PRCCODE4] Execution halted during the actions of defrule r.
\`>\` wants a number as argument 1, not y
   in a condition of rule \`c\`, program:5:22
[PRCCODE4] Execution halted during the actions of defrule d.
`);
});

test.each(['(defrule r (a))', '(deffunction f (?x) (+ ?x 1)', '(deftemplate t (slot x) (slot))'])(
  'a construct with an error is not built: %s',
  (construct) => {
    const { output } = runOfOurs({
      text: `(build "${construct}")\n(list-defrules)\n(list-deffunctions)\n(list-deftemplates)\n(exit)\n`,
    });
    expect(output).toMatch(/error DSL1\d{3}/);
    expect(output).toMatch(/initial-fact\nFor a total of 1 deftemplate\.\n$/);
    expect(output).not.toMatch(/total of \d+ def(?:rule|function)/);
  },
);

test.each([
  { command: '(watch facts t 3)', at: 3, wanted: 'symbol' },
  { command: '(watch facts t t t 3)', at: 5, wanted: 'symbol' },
  { command: '(facts 0 1 a)', at: 3, wanted: 'integer' },
])(
  '$command is refused: what a command takes last it takes of everything behind',
  ({ command, at, wanted }) => {
    const { output } = runOfOurs({ text: `(deftemplate t (slot x))\n${command}\n(exit)\n` });
    const name = command.slice(1, command.indexOf(' '));
    expect(output).toContain(`Function ${name} expected argument #${at} to be of type ${wanted}\n`);
  },
);
