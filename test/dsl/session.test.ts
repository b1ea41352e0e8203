import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { builtins } from '../../engine/functions/index.ts';
import { printed } from '../../engine/printed.ts';
import { Session, type HostFunction } from '../../engine/session.ts';
import { symbol, type Value } from '../../engine/value.ts';
import { compiled } from './check.ts';
import { policy } from './policy.ts';

/** A session of a text, and what its primitives were called with. */
function sessionOf(text: string): { readonly session: Session; readonly calls: string[] } {
  const { base, diagnostics } = compiled(text);
  if (base === null) throw new Error(JSON.stringify(diagnostics));
  const calls: string[] = [];
  const noting =
    (name: string): HostFunction =>
    (values) => {
      calls.push([name, ...values.map((value) => printed(value))].join(' '));
      return symbol('TRUE');
    };
  const functions = new Map(['refuse', 'place'].map((name) => [name, noting(name)]));
  const session = new Session(base, { strategy: 'canonical', world: { functions, write: () => undefined } });
  return { session, calls };
}

/** The fields of an ordered fact, printed. */
function fieldsOf(session: Session, name: string): string[] {
  return [...session.facts(name)].map((fact) => printed(fact.slots['implied'] as Value));
}

describe('from text to what happens', () => {
  test('a refusal with its numbers, and the best host', () => {
    const { session, calls } = sessionOf(policy);
    session.assert('person', { id: 'ann', role: 'researcher', 'cores-held': 14 });
    session.assert('request', { id: 'r-1', kind: 'new-machine', by: 'ann', cores: 4 });
    session.assert('request', { id: 'r-2', kind: 'new-machine', by: 'ann', cores: 2 });
    session.assert('host', { name: 'alpha', status: 'ready', 'free-cores': 8, 'free-memory': 65_536 });
    session.assert('host', { name: 'beta', status: 'ready', 'free-cores': 4, 'free-memory': 32_768 });
    session.assert('host', { name: 'gamma', status: 'ready', 'free-cores': 4, 'free-memory': 65_536 });
    session.assert('host', { name: 'delta', status: 'draining', 'free-cores': 4, 'free-memory': 99_999 });
    session.assert('waiting', { machine: 'm-1', cores: 4 });
    session.assert('waiting', { machine: 'm-2', cores: 3, avoids: ['gamma', 'beta'] });
    const { problems } = session.run();

    expect(problems).toEqual([]);
    expect(calls.toSorted((a, b) => (a < b ? -1 : 1))).toEqual([
      'place m-1 gamma',
      'place m-2 alpha',
      'refuse r-1 you hold 14 of 16 cores, this asks for 4',
    ]);
  });

  test('a fact that is supported goes with its support', () => {
    const { session } = sessionOf(policy);
    session.assert('host', { name: 'alpha', status: 'draining' });
    session.run();
    expect(fieldsOf(session, 'idle')).toEqual(['(alpha 604800)']);

    session.assert('waiting', { machine: 'm-1' });
    expect(fieldsOf(session, 'idle')).toEqual([]);
  });

  test('defaults, constraints, loops and functions', () => {
    const { session } = sessionOf(`
(deftemplate task (slot id (type SYMBOL)) (slot size (type INTEGER) (default 8g)) (slot state (allowed-symbols new done)) (multislot log))
(deffacts tasks (task (id a)) (task (id b) (size 2)) (task (id c) (state done)))
(deffunction total ($?all) (bind ?sum 0) (foreach ?one ?all (bind ?sum (+ ?sum ?one))) ?sum)
(defrule work ?t <- (task (id ?id&a|b) (size ?size&~0) (state new) (log $?log))
  => (modify ?t (state done) (log ?log (total ?size 1 2))))
(defrule split (task (log $?before ?last) (id ?id)) => (assert (logged ?id ?last)))
(defrule both (task (id ?x) (state done)) (task (id ?y&~?x&:(> (str-compare ?y ?x) 0)) (state done)) => (assert (pair ?x ?y)))
(defrule count => (bind ?n 0) (loop-for-count (?i 2 4) do (if (= ?i 4) then (break)) (bind ?n (+ ?n ?i)))
  (switch ?n (case 5 then (assert (counted five))) (default (assert (counted other)))))`);
    const { problems } = session.run();

    expect(problems).toEqual([]);
    expect(fieldsOf(session, 'logged').toSorted((a, b) => (a < b ? -1 : 1))).toEqual(['(a 8195)', '(b 5)']);
    expect(fieldsOf(session, 'pair').toSorted((a, b) => (a < b ? -1 : 1))).toEqual([
      '(a b)',
      '(a c)',
      '(b c)',
    ]);
    expect(fieldsOf(session, 'counted')).toEqual(['(five)']);
  });
});

const reference = readFileSync(join(import.meta.dirname, '../../dsl/README.md'), 'utf8');

describe('the examples of the reference', () => {
  const [language = ''] = reference.split('\n# Diagnostics\n');
  const examples = [...language.matchAll(/```clp\n([^]*?)```/g)].map(([, example = '']) => example);

  test.each(examples)('run without a problem: %#', (example) => {
    const { session } = sessionOf(example);
    for (const name of ['task', 'waiting', 'lease', 'host']) {
      if (/deftemplate (\w+)/.exec(example)?.[1] === name) session.assert(name, {});
    }
    expect(session.run({ firingsMax: 1000 })).toMatchObject({ problems: [], limitReached: false });
  });
});

describe('the functions of the reference', () => {
  const [, section = ''] = reference.split('\n## Functions\n');
  const [functions = ''] = section.split('\n## ');
  const rows = [...functions.matchAll(/^\| `(\(.*)` +\| `(.*)` +\|$/gm)].map(
    ([, expression = '', value = '']) => ({
      expression,
      value,
    }),
  );

  test('name every function that there is', () => {
    const named = new Set(functions.match(/(?<=`)[^`\s]+(?=`)/g));
    expect([...builtins.keys()].filter((name) => !named.has(name))).toEqual([]);
    expect(rows.length).toBeGreaterThan(20);
  });

  test.each(rows)('$expression is $value', ({ expression, value }) => {
    const { session } = sessionOf(`(defglobal ?*value* = ${expression})`);
    const result = session.global('value');
    expect(result === undefined ? undefined : printed(result)).toBe(value);
  });
});
