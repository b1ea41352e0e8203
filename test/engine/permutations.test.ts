import { describe, expect, test } from '@jest/globals';

import type { Condition, Pattern } from '../../engine/rule.ts';
import type { Fact, PlainValue, Session } from '../../engine/session.ts';
import * as b from './build.ts';

// What stands counts, not the way there: every order in which facts can come and go leaves the same matches, and when all
// facts are gone, nothing is left of them.

type Slots = Readonly<Record<string, PlainValue>>;
type Operation = { readonly kind: 'assert' | 'retract'; readonly fact: number };

const templates = [b.template('a', 'x', 'y'), b.template('b', 'x', 'y'), b.template('m', 'k', '$items')];

const facts: readonly (readonly [template: string, slots: Slots])[] = [
  ['a', { x: 1, y: 2 }],
  ['a', { x: 2, y: 2 }],
  ['b', { x: 2, y: 1 }],
  ['m', { k: 2, items: [1, 2, 1] }],
];
/** The facts that go again. */
const passing = [1, 2];

const a = (x: b.ShortField, y: b.ShortField): Pattern => b.pattern('a', { x, y });
const c = (x: b.ShortField, y: b.ShortField): Pattern => b.pattern('b', { x, y });
const items = (...fields: b.ShortField[]): Condition => b.pattern('m', { items: b.seq(...fields) });

const conditions: Readonly<Record<string, readonly Condition[]>> = {
  'a join': [a('?x', '?y'), c('?y', '?z')],
  'a pattern twice': [a('?x', '?'), a([b.variable('y'), b.variable('x', true)], '?')],
  'an absence': [a('?x', '?y'), b.not(c('?y', '?'))],
  'an absence first': [b.not(c('?', 1)), a('?x', '?')],
  'a presence': [a('?x', '?y'), b.exists(c('?y', '?'))],
  'a presence of several': [a('?x', '?'), b.exists(a('?z', '?'), c('?z', '?'))],
  'an absence of several': [a('?x', '?'), b.not(a('?z', '?'), c('?z', '?'))],
  'an absence in an absence': [a('?x', '?'), b.not(a('?z', '?'), b.not(c('?z', '?')))],
  'for all': [b.forall(a('?x', '?y'), c('?y', '?'))],
  'one or the other': [b.or(a('?x', '?'), c('?x', '?')), items('$?', '?x', '$?')],
  'splits of a multislot': [items('$?p', '?x', '$?q'), b.not(a('?x', '?'))],
  'a test between': [a('?x', '?y'), b.test(b.call('>', '?y', '?x')), items('$?', '?y', '$?')],
  'the best': [items('$?'), b.best(a('?x', '?y'), ['maximize', '?x'])],
};

/** All orders in which each fact comes once, and those that go, go after they came. */
function orders(): Operation[][] {
  const all: readonly Operation[] = [
    ...facts.map((_, fact) => ({ kind: 'assert' as const, fact })),
    ...passing.map((fact) => ({ kind: 'retract' as const, fact })),
  ];
  const found: Operation[][] = [];
  const extend = (done: readonly Operation[]): void => {
    if (done.length === all.length) found.push([...done]);
    for (const next of all) {
      if (done.includes(next)) continue;
      const isThere = done.some(({ kind, fact }) => kind === 'assert' && fact === next.fact);
      if (next.kind === 'assert' || isThere) extend([...done, next]);
    }
  };
  extend([]);
  return found;
}

/** The matches by what their facts say, since their indexes hang on the order. */
const matchesOf = (session: Session): string[] =>
  session
    .agenda()
    .map(({ facts: of }) => of.map(said).join(' '))
    .toSorted();

const said = (fact: Fact | null): string =>
  fact === null ? '*' : JSON.stringify([fact.template.name, fact.slots]);

describe('every order of asserting and retracting', () => {
  const all = orders();

  test('there are many', () => {
    expect(all).toHaveLength(180);
  });

  test.each(Object.entries(conditions))('%s: leaves the same matches, and nothing behind', (_, when) => {
    let expected: string[] | null = null;
    for (const order of all) {
      const { session } = b.session({ templates, rules: [b.rule('r', when)] }, 'depth');
      const before = session.statistics();
      const indexes = new Map<number, number>();
      for (const { kind, fact } of order) {
        const [template, slots] = facts[fact] as (typeof facts)[number];
        if (kind === 'assert') indexes.set(fact, session.assert(template, slots)?.index ?? -1);
        else session.retract(indexes.get(fact) ?? -1);
      }
      const matches = matchesOf(session);
      expect(matches).toEqual((expected ??= matches));

      for (const fact of session.facts()) session.retract(fact.index);
      expect(session.statistics()).toEqual(before);
      session.removeRule('r');
      expect(session.statistics()).toMatchObject({ facts: 0, tokens: 1, entries: 0, supports: 0 });
    }
  });
});
