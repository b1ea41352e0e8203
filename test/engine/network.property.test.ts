import { describe, expect, test as it } from '@jest/globals';
import fc from 'fast-check';

import { compareMatches, matchNaively, type NaiveMatch } from '../../engine/naive.ts';
import type { Rule } from '../../engine/rule.ts';
import type { Fact, PlainValue, Strategy } from '../../engine/session.ts';
import * as b from './build.ts';
import { ruleDraw, ruleOf, templates, value, VALUES, withoutOr, type RuleDraw } from './draw.ts';

type Operation =
  | { kind: 'assert'; of: 'a' | 'b' | 'm' | 'o'; x: number; y: number; items: number[] }
  | { kind: 'retract' | 'modify' | 'remove' | 'add' | 'run'; at: number }
  | { kind: 'begin' | 'rollBack' | 'commit' };

const operation: fc.Arbitrary<Operation> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('assert' as const),
      of: fc.constantFrom('a' as const, 'a' as const, 'b' as const, 'm' as const, 'o' as const),
      x: value,
      y: value,
      items: fc.array(value, { maxLength: 3 }),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constantFrom('retract', 'retract', 'modify', 'remove', 'add', 'run', 'run'),
      at: fc.nat({ max: 20 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('begin', 'rollBack', 'commit') }) },
);

const key = (match: { rule: Rule; facts: readonly (Fact | null)[] }): string =>
  `${match.rule.name}: ${match.facts.flatMap((fact) => fact?.index ?? []).join(' ')}`;

const salience = ({ rule }: NaiveMatch): number => (rule.salience as { value: number }).value;
const place = ({ rule }: NaiveMatch): number => Number(rule.name.slice(1));

/** What a session should do, by matching anew after every change of a fact; it hears of facts and firings only. */
class Model {
  facts: Fact[] = [];
  /** Fired matches that have stood ever since, counted, since a multislot can match in several ways. */
  fired: string[] = [];
  rules: readonly Rule[];

  constructor(rules: readonly Rule[]) {
    this.rules = rules;
  }

  changed(facts: Fact[], rules: readonly Rule[] = this.rules): void {
    this.facts = facts;
    this.rules = rules;
    const standing = this.matches().map(key);
    this.fired = this.fired.filter((each) => {
      const at = standing.indexOf(each);
      if (at >= 0) standing.splice(at, 1);
      return at >= 0;
    });
  }

  matches(): NaiveMatch[] {
    return matchNaively(this.rules, this.facts);
  }

  /** Waiting matches in canonical order. */
  agenda(): string[] {
    const fired = [...this.fired];
    return this.matches()
      .toSorted(
        (a, c) => salience(c) - salience(a) || place(a) - place(c) || compareMatches(a.facts, c.facts),
      )
      .map(key)
      .filter((each) => {
        const at = fired.indexOf(each);
        if (at >= 0) fired.splice(at, 1);
        return at < 0;
      });
  }
}

/** At once, in the middle of things, or never: source and methods work on the same heap. */
const soon = fc.constantFrom(0, 0, 8, Infinity);

const checkEqual = (seen: unknown, wanted: unknown): void => expect(seen).toEqual(wanted);

function play(
  draws_: readonly RuleDraw[],
  operations: readonly Operation[],
  strategy: Strategy,
  sourceAfter: number,
): void {
  const all = draws_.map(ruleOf);
  const session = b.session({ templates, rules: all }, strategy, {}, sourceAfter).session;
  const model = new Model(all);
  session.listen({
    asserted: (fact) => model.changed([...model.facts, fact]),
    retracted: (fact) => model.changed(model.facts.filter(({ index }) => index !== fact.index)),
    fired: (activation) => model.fired.push(key(activation)),
  });
  let saved: { facts: Fact[]; fired: string[]; agenda: string[]; supports: number } | null = null;
  for (const each of operations) {
    const facts = [...session.facts()];
    const at = 'at' in each ? each.at : 0;
    const chosen = facts[at % Math.max(facts.length, 1)];
    const drawn = all[at % Math.max(all.length, 1)];
    switch (each.kind) {
      case 'assert': {
        const slots: Record<string, PlainValue> =
          each.of === 'o'
            ? { implied: each.items }
            : each.of === 'm'
              ? { k: each.x, items: each.items }
              : { x: each.x, y: each.y };
        session.assert(each.of, slots);
        break;
      }
      case 'retract':
        if (chosen !== undefined) session.retract(chosen.index);
        break;
      case 'modify':
        if (chosen !== undefined && chosen.template.name === 'a')
          session.modify(chosen.index, { y: at % VALUES });
        break;
      case 'run':
        checkEqual(session.run({ firingsMax: (at % 4) + 1 }).problems, []);
        break;
      case 'remove':
        if (drawn !== undefined && saved === null && session.removeRule(drawn.name)) {
          model.changed(
            model.facts,
            model.rules.filter((rule) => rule !== drawn),
          );
        }
        break;
      case 'add':
        if (drawn !== undefined && saved === null && !model.rules.includes(drawn)) {
          // At its old place, as the model has it.
          for (const rule of model.rules) session.removeRule(rule.name);
          const rules = all.filter((rule) => rule === drawn || model.rules.includes(rule));
          for (const rule of rules) session.addRule(rule);
          model.fired = [];
          model.changed(model.facts, rules);
        }
        break;
      case 'begin':
        if (saved === null) {
          session.begin();
          saved = {
            facts: model.facts,
            fired: [...model.fired],
            agenda: session.agenda().map(key),
            supports: session.statistics().supports,
          };
        }
        break;
      case 'commit':
        if (saved !== null) session.commit();
        saved = null;
        break;
      case 'rollBack':
        if (saved !== null) {
          session.rollBack();
          model.facts = saved.facts;
          model.fired = [...saved.fired];
          checkEqual(session.agenda().map(key), saved.agenda);
          checkEqual(session.statistics().supports, saved.supports);
          saved = null;
        }
        break;
    }
    const agenda = session.agenda().map(key);
    // Other strategies go by age, which the model does not know.
    const ordered = (keys: string[]): string[] => (strategy === 'canonical' ? keys : keys.toSorted());
    expect(ordered(agenda)).toEqual(ordered(model.agenda()));
    expect([...session.facts()]).toEqual(model.facts.toSorted((x, y) => x.index - y.index));
  }
  if (saved !== null) session.commit();
  for (const rule of model.rules) session.removeRule(rule.name);
  for (const fact of session.facts()) session.retract(fact.index);
  expect(session.statistics()).toMatchObject({ facts: 0, tokens: 1, entries: 0, supports: 0 });
  expect(session.statistics().words).toBe(b.session({ templates }, strategy).session.statistics().words);
}

// The network is fast because it remembers; the naive matcher is right because it forgets.
// Whatever is asserted and retracted, in whatever order, the two agendas are the same.
describe('the network agrees with the naive matcher', () => {
  it('under canonical, with firings, rule changes and rollbacks', () => {
    fc.assert(
      fc.property(
        fc.array(ruleDraw, { minLength: 1, maxLength: 4 }),
        fc.array(operation, { maxLength: 25 }),
        soon,
        (rules, operations, after) => play(rules.map(withoutOr), operations, 'canonical', after),
      ),
      { numRuns: Number(process.env['RUNS'] ?? 400) },
    );
  });

  it('under the strategies of CLIPS, without firings', () => {
    fc.assert(
      fc.property(
        fc.array(ruleDraw, { minLength: 1, maxLength: 4 }),
        fc.array(operation, { maxLength: 25 }),
        soon,
        (rules, operations, after) =>
          play(
            rules,
            operations.filter(({ kind }) => kind !== 'run'),
            'depth',
            after,
          ),
      ),
      { numRuns: Number(process.env['RUNS'] ?? 200) },
    );
  });
});
