import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { commands } from '../../dsl/commands/index.ts';
import { runProgram } from '../../dsl/run-program.ts';
import { builtins } from '../../engine/functions/index.ts';
import type { FunctionSignature } from '../../engine/rule.ts';

// Whatever is typed, the prompt answers and asks again: what cannot be done is told, and nothing is thrown.

const callable: readonly FunctionSignature[] = [...builtins.values(), ...commands].filter(
  ({ name }) => name !== 'exit',
);

const atoms = `a 1 -3 2.5 "x_y" "(" ?x $?y ?*g* t r f d * MAIN M M::r TRUE FALSE facts rules all depth "f.txt" nil
  99999999999999999999 crlf [x] <Fact-1>`;
const atom = fc.constantFrom(...atoms.split(/\s+/));

const { call } = fc.letrec<{ call: string; value: string }>((tie) => ({
  value: fc.oneof({ depthSize: 'small' }, atom, tie('call')),
  call: fc
    .constantFrom(...callable)
    .chain(({ name, arity: [least, most] }) =>
      fc
        .array(tie('value'), { minLength: least, maxLength: Math.min(most ?? least + 3, least + 3) })
        .map((values) => `(${[name, ...values].join(' ')})`),
    ),
}));

const construct = fc.constantFrom(
  '(deftemplate t (slot a) (multislot m))',
  '(deffacts d (a 1) (b 1) (t (a 2)))',
  '(defrule r (a ?x) (b ?x) => (printout t ?x crlf) (assert (c ?x)))',
  '(defrule f (t (a ?x&:(> ?x 1))) (not (b ?x)) => (retract 1))',
  '(deffunction f (?x) (+ ?x 1))',
  '(defglobal ?*g* = 3)',
  '(defmodule MAIN (export ?ALL))',
  '(defmodule M (import MAIN ?ALL))',
  '(defrule M::r (a ?x) => (focus MAIN))',
  '(assert (a 1) (b 1) (t (a 5)))',
  '(reset)',
  '(run 5)',
  '(clear)',
);

test('whatever is typed, the prompt answers and asks again', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(construct, call, atom), { maxLength: 25 }), (lines) => {
      const output = runProgram('', { input: lines.map((line) => `${line}\n`).join('') });
      expect(output.endsWith('CLIPS> ')).toBe(true);
    }),
    { numRuns: 400 },
  );
});
