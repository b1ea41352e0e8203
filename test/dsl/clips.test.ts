import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { printed } from '../../engine/printed.ts';
import { Session, type Fact } from '../../engine/session.ts';
import type { Field, Value } from '../../engine/value.ts';
import { compiled } from './check.ts';

// What a text means is what CLIPS makes of it: the same facts at the end, whatever way led there.

const programs: Readonly<Record<string, string>> = {
  'literals and escapes': String.raw`
(deffacts d (a 1 1.0 -0.5 1e3 1e-7 "x \"y\" \\" a?b $x 1x <= +5 -0 "two
lines"))`,
  defaults: `
(deftemplate t (slot a) (slot b (type INTEGER)) (slot c (type FLOAT)) (slot d (type STRING)) (slot e (type NUMBER))
  (slot f (allowed-symbols red green)) (slot g (type INTEGER) (range 3 9)) (slot h (default 7)) (slot i (type LEXEME))
  (multislot j) (multislot k (type INTEGER) (cardinality 2 3)) (multislot l (default x 1 "s"))
  (slot m (default (+ 1 2))) (slot n (default-dynamic (str-cat a b))) (slot o (allowed-values 5 x)) (slot p (type FLOAT INTEGER)))
(deffacts d (t) (t (a 1) (j) (l)))`,
  'precedence of constraints': `
(deffacts d (v 1) (v 2) (v 3) (v 4) (v a))
(defrule r1 (v ?x&1|2) => (assert (r1 ?x)))
(defrule r2 (v ?x&~1&~2|1) => (assert (r2 ?x)))
(defrule r3 (v 1|2&~2) (v ?x&~a) => (assert (r3 ?x)))
(defrule r4 (v ?x&:(integerp ?x)&:(> ?x 2)|a) => (assert (r4 ?x)))
(defrule r5 (v ?x&:(integerp ?x)) (v =(+ ?x 1)) => (assert (r5 ?x)))
(defrule r6 (v ?x&:(integerp ?x)) (v ?y&~=(+ ?x 1)&~a&~?x) => (assert (r6 ?x ?y)))`,
  multifields: `
(deffacts d (q a b c) (q) (q b) (q a b a b))
(defrule r1 (q $?x b $?y) => (assert (r1 $?x / $?y)))
(defrule r2 (q ?first $? ?last) => (assert (r2 ?first ?last)))
(defrule r3 (q $?x $?x) => (assert (r3 (length$ $?x))))
(defrule r4 (q $?x&:(= (length$ $?x) 3)) => (assert (r4 $?x)))
(defrule r5 (q ? ? $?) (not (q $? c $?)) => (assert (r5)))
(defrule r6 (q ?x) => (assert (r6 ?x)))`,
  groups: `
(deffacts d (a 1) (a 2) (b 2) (c 3))
(defrule r1 (a ?x) (not (b ?x)) => (assert (r1 ?x)))
(defrule r2 (or (a ?x) (b ?x) (and (c ?x) (test (> ?x 2)))) => (assert (r2 ?x)))
(defrule r3 (exists (a ?) (b ?)) => (assert (r3)))
(defrule r4 (forall (b ?x) (a ?x)) => (assert (r4)))
(defrule r5 (forall (a ?x) (b ?x)) => (assert (r5)))
(defrule r6 (not (and (a ?x) (b ?x))) => (assert (r6)))
(defrule r7 (not (and (a ?x) (c ?x))) => (assert (r7)))
(defrule r8 (logical (a ?x) (not (d ?x))) => (assert (r8 ?x)))
(defrule r9 (declare (salience -5)) (r8 2) => (assert (d 2)))`,
  'actions and loops': `
(deftemplate t (slot id) (slot n (type INTEGER)) (multislot log))
(deffacts d (t (id a)) (t (id b) (n 5)))
(defglobal ?*sum* = (+ 1 2))
(deffunction total (?x $?rest) (bind ?s ?x) (foreach ?y ?rest (bind ?s (+ ?s (* ?y ?y-index)))) ?s)
(deffunction early (?x) (if (> ?x 3) then (return big)) small)
(deffunction counted (?n) (bind ?s 0) (loop-for-count (?i 2 ?n) do (if (= ?i 4) then (break)) (bind ?s (+ ?s ?i))) ?s)
(deffunction halved (?n) (bind ?c 0) (while (> ?n 1) do (bind ?n (div ?n 2)) (bind ?c (+ ?c 1))) ?c)
(deffunction chosen (?x) (switch ?x (case 1 then one) (case a then letter) (default other)))
(defrule r1 ?f <- (t (id a) (n ?n&:(< ?n 3)) (log $?l)) => (modify ?f (n (+ ?n 1)) (log ?l ?n)))
(defrule r2 ?f <- (t (id b)) => (duplicate ?f (id c) (log x y)) (retract ?f))
(defrule r3 => (assert (s ?*sum* (total 1) (total 1 2 3) (early 3) (early 4) (counted 9) (halved 100)
  (chosen 1) (chosen a) (chosen 2.5))) (bind ?m (create$ 1 2) 3) (progn$ (?z ?m) (assert (z ?z ?z-index))))`,
};

const folder = mkdtempSync(join(tmpdir(), 'octopus-clips-'));
const isInstalled = spawnSync('clips', ['-f2', '/dev/null'], { input: '(exit)\n' }).error === undefined;
const isContinuous = process.env['CI'] !== undefined;
if (!isInstalled && !isContinuous) console.warn('clips is not installed: nothing is compared with it');

/** The facts that CLIPS ends with. */
function factsOfClips(program: string): string[] {
  const file = join(folder, 'program.clp');
  writeFileSync(file, `${program}\n(reset)\n(run 1000)\n(facts)\n(exit)\n`);
  const { stdout } = spawnSync('clips', ['-f2', file], { encoding: 'utf8', input: '(exit)\n' });
  return stdout
    .split(/^f-\d+ +/m)
    .slice(1)
    .map((fact) => fact.replace(/\nFor a total[^]*$/, '').trim())
    .filter((fact) => fact !== '(initial-fact)');
}

function factsOfOurs(program: string): string[] {
  const { base, diagnostics } = compiled(program);
  if (base === null) throw new Error(JSON.stringify(diagnostics));
  const session = new Session(base, {
    strategy: 'depth',
    world: { functions: new Map(), write: () => undefined },
  });
  expect(session.run({ firingsMax: 1000 }).problems).toEqual([]);
  return [...session.facts()].map(shown).filter((fact) => fact !== '(initial-fact)');
}

function isList(value: Value): value is readonly Field[] {
  return Array.isArray(value);
}

/** A fact as CLIPS prints it: quotes inside of a string are not escaped. */
function shown({ template, slots }: Fact): string {
  const fields = (name: string): string => {
    const value = slots[name] ?? [];
    const list: readonly Value[] = isList(value) ? value : [value];
    return list.map((field) => (typeof field === 'string' ? ` "${field}"` : ` ${printed(field)}`)).join('');
  };
  if (template.implied) return `(${template.name}${fields('implied')})`;
  return `(${template.name}${template.slots.map(({ name }) => ` (${name}${fields(name)})`).join('')})`;
}

const order = (a: string, b: string): number => (a < b ? -1 : 1);

afterAll(() => rmSync(folder, { recursive: true }));

(isInstalled || isContinuous ? describe : describe.skip)('the meaning of a text is that of CLIPS', () => {
  test.each(Object.entries(programs))('%s', (_, program) => {
    const expected = factsOfClips(program).toSorted(order);
    expect(expected.length).toBeGreaterThan(0);
    expect(factsOfOurs(program).toSorted(order)).toEqual(expected);
  });
});
