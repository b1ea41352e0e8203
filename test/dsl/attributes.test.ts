import { expect } from '@jest/globals';
import { test } from '@jest/globals';
import { describeWithClips, runOfClips, runOfOurs } from './clips-program.ts';

// What a slot may declare: ours refuses what CLIPS refuses, and gives the same facts for the rest.

const slots = [
  '(slot x (type INTEGER) (range 1.5 3))',
  '(slot x (type INTEGER) (range 1 3.5))',
  '(slot x (type FLOAT) (range 1 3))',
  '(slot x (type FLOAT) (range 1.0 3))',
  '(slot x (type NUMBER) (range 1 3.5))',
  '(slot x (type SYMBOL) (range 1 3))',
  '(slot x (type STRING) (range 1 3))',
  '(slot x (range 3 1))',
  '(slot x (range a 1))',
  '(slot x (type INTEGER) (allowed-floats 1.0))',
  '(slot x (type INTEGER) (allowed-integers 1 2))',
  '(slot x (type SYMBOL) (allowed-integers 1 2))',
  '(slot x (type SYMBOL) (allowed-strings "a"))',
  '(slot x (type FLOAT) (allowed-integers 1 2))',
  '(slot x (type FLOAT) (allowed-numbers 1 2))',
  '(slot x (type INTEGER) (allowed-numbers 1 2.5))',
  '(slot x (type SYMBOL) (allowed-lexemes a "b"))',
  '(slot x (type LEXEME) (allowed-symbols a))',
  '(slot x (type INTEGER) (allowed-values a 1))',
  '(slot x (type INTEGER) (allowed-symbols a))',
  '(slot x (allowed-integers 1 2) (range 1 5))',
  '(slot x (allowed-values 1 2) (range 1 5))',
  '(slot x (allowed-symbols a) (range 1 5))',
  '(slot x (allowed-numbers 1 2) (range 1 5))',
  '(slot x (range 1 5) (range 1 5))',
  '(slot x (type INTEGER) (type FLOAT))',
  '(slot x (cardinality 1 2))',
  '(multislot x (cardinality 3 2))',
  '(multislot x (cardinality a 2))',
  '(multislot x (cardinality 1.5 2))',
  '(multislot x (cardinality -1 2))',
  '(slot x (default 1) (default 2))',
  '(slot x (default 1) (default-dynamic 2))',
  '(slot x (type INTEGER) (default a))',
  '(slot x (type INTEGER) (default 1.5))',
  '(slot x (type FLOAT) (default 1))',
  '(slot x (range 1 5) (default 7))',
  '(slot x (allowed-values a b) (default c))',
  '(slot x (type INTEGER) (range 1 5) (default 7.0))',
  '(slot x (range 1 5) (default 7.0))',
  '(slot x (range 1 5) (default a))',
  '(slot x (type INTEGER) (range ?VARIABLE 3))',
  '(slot x (type INTEGER) (range 1 ?VARIABLE))',
  '(slot x (type INTEGER ?VARIABLE))',
  '(slot x (type ?VARIABLE))',
  '(slot x (allowed-integers ?VARIABLE))',
  '(slot x (allowed-integers 1 1))',
  '(slot x (allowed-integers 1.0))',
  '(slot x (allowed-symbols "a"))',
  '(slot x (allowed-symbols a) (allowed-strings "b"))',
  '(slot x (allowed-values a) (allowed-strings "b"))',
  '(slot x (allowed-lexemes a) (allowed-strings "b"))',
  '(slot x (allowed-numbers 1) (allowed-integers 2))',
  '(slot x (type INTEGER INTEGER))',
  '(slot x (type NUMBER INTEGER))',
  '(slot x (type FOO))',
  '(slot x) (slot x)',
  '(multislot x (default 1 2))',
  '(slot x (default 1 2))',
  '(slot x (default))',
  '(multislot x (default))',
  '(multislot x (cardinality 2 3) (default a))',
  '(multislot x (cardinality 2 3))',
  '(slot x (type INTEGER) (range -3 -1))',
  '(slot x (type INTEGER) (range ?VARIABLE -1))',
  '(slot x (type FLOAT) (range ?VARIABLE -1.5))',
];

/** What a program makes of each declaration: the fact with its defaults, or that it is refused. */
function made(output: string): string[] {
  return output
    .split('CLIPS> ')
    .slice(1)
    .map((answer) => (/error DSL|\[[A-Z]+\d+\]/.test(answer) ? 'refused' : answer.trim()));
}

describeWithClips('what slots may declare', () => {
  test('is refused where CLIPS refuses it', () => {
    const typed = slots.map((slot, at) => `(deftemplate t${at} ${slot})\n`).join('');
    const program = { input: typed };
    const named = (answers: readonly string[]): string[] => slots.map((slot, at) => `${slot} ${answers[at]}`);

    const theirs = named(made(runOfClips(program).output));
    expect(named(made(runOfOurs(program).output))).toEqual(theirs);
    expect(theirs.filter((line) => line.endsWith('refused')).length).toBeGreaterThan(40);
  });

  test('gives the defaults that CLIPS gives', () => {
    const refused = made(
      runOfClips({ input: slots.map((slot, at) => `(deftemplate t${at} ${slot})\n`).join('') }).output,
    );
    // Of allowed values that are any, CLIPS says that there are none, and we that they are not limited.
    const taken = slots.filter(
      (slot, at) => refused[at] !== 'refused' && !/allowed-\S+ \?VARIABLE/.test(slot),
    );
    const text = taken.map((slot, at) => `(deftemplate t${at} ${slot})\n(assert (t${at}))\n`).join('');
    const input = `(facts)\n${taken.map((_, at) => `(deftemplate-slot-range t${at} x)\n(deftemplate-slot-types t${at} x)\n(deftemplate-slot-allowed-values t${at} x)\n(deftemplate-slot-cardinality t${at} x)\n`).join('')}`;

    expect(runOfOurs({ text, input }).output).toBe(runOfClips({ text, input }).output);
  });
});
