import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { runProgram } from '../../dsl/run-program.ts';
import { compiled } from './check.ts';
import { workOf } from './work.ts';

// Whatever bytes come, from a file or from a keyboard: a value or the reasons why not, in work that grows with the length.

// Without loops that need not end, which end nowhere.
const words = String.raw`
  ( ) ( ) ( ) " \ ; & | ~ ? $? => <- = : < * - (defrule (deftemplate (deffacts (defglobal (deffunction (defmodule MAIN A::b
  (slot a) (multislot (default (type (range ?NONE (allowed-symbols SYMBOL (declare (salience (auto-focus TRUE (a (b 1) (not (and
  (or (exists (forall (test (logical (assert (modify (duplicate (retract (bind (if then else (foreach (progn$ (switch (case
  (return (break) (printout t crlf) (create$ (nth$ (str-cat (eval (build (reset) (run 3) (facts) (agenda) (clear) (matches r)
  (watch all) (unwatch all) (undefrule * (ppdefrule r) (list-defrules) (set-strategy lex) (focus (export (import ?ALL)
  (do-for-all-facts ((?f a)) (any-factp (load-facts "f" (save-facts "f" (load "f") (open "f" f "w") (close) (read) (readline)
  ?x $?x ?*x* ?f x r 1 -1.5e3 8g "text" 😀 99999999999999999999 1e999`
  .split(/\s+/)
  .concat('\n', '\n(defrule r', '\u0000', '\u00A0');
const jumble = fc.array(fc.constantFrom(...words), { maxLength: 60 }).map((parts) => parts.join(' '));
const lines = fc.array(jumble, { maxLength: 5 }).map((parts) => parts.join('\n'));
const anything = fc.oneof(fc.string({ unit: 'binary', maxLength: 200 }), jumble, lines);

test('a program of any bytes runs, and what is typed too', () => {
  fc.assert(
    fc.property(anything, anything, (text, input) => {
      const output = runProgram(text, { input: `${input}\n(exit)\n` });
      expect(output).not.toMatch(/\[object|NaN at|undefined is/);
    }),
    { numRuns: 800 },
  );
});

describe('work grows with the length', () => {
  test.each([
    ['rules', '(defrule r (a ?x) (not (b ?x&~1|2)) => (assert (c (+ ?x 1))))\n'],
    ['conditions', ['(defrule r ', '(a ?x) ']],
    ['actions', ['(defrule r (a ?x) => ', '(assert (b ?x)) ']],
    ['alternatives', ['(defrule r (a ', 'a|']],
    ['constraints', ['(defrule r (a ?x', '&~b']],
    ['opening parentheses', '('],
    ['closing parentheses', ')'],
    ['rules left open', '\n(defrule a'],
    ['quotes', '"'],
    ['quotes before constructs', '"\n(defrule a '],
    ['broken conditions', ['(defrule a ', '(a &) ']],
    ['broken rules', '(defrule a (a &) (b |) => (if) (assert))\n'],
    ['comments', '; (defrule a\n'],
    ['odd characters', '\u0000'],
  ])('%s', (_, parts) => {
    const [start = '', part = ''] = typeof parts === 'string' ? ['', parts] : parts;
    const work = (length: number): number =>
      workOf(() => compiled(start + part.repeat(length / part.length)));
    work(1000);
    const short = work(2000);
    expect(work(8000)).toBeLessThan(short * 4 * 1.2);
  });
});
