import { describe, expect, test as it } from '@jest/globals';
import fc from 'fast-check';

import { compareMatches, matchNaively, type NaiveMatch } from '../../engine/naive.ts';
import type { Condition, Expression, Rule, Term } from '../../engine/rule.ts';
import type { Fact, PlainValue, Strategy } from '../../engine/session.ts';
import * as b from './build.ts';
import { unreachable } from '../../engine/unreachable.ts';

const templates = [b.template('a', 'x', 'y'), b.template('b', 'x', 'y'), b.template('m', 'k', '$items')];
const VALUES = 3;

// Rules are drawn as trees without care for variables; `Scoped` then drops what refers to a variable that nothing binds.

type Draw =
  | {
      kind: 'pattern' | 'best';
      of: string;
      x: Constraint;
      y: Constraint;
      items: Item[];
      address: boolean;
      up: boolean;
    }
  | { kind: 'not' | 'exists' | 'and' | 'or' | 'forall'; of: Draw[] }
  | { kind: 'test'; name: string; limit: number };
type Constraint =
  | { kind: 'any' }
  | { kind: 'is' | 'isnt'; value: number }
  | { kind: 'variable' | 'other' | 'above' | 'next'; name: string }
  | { kind: 'either'; value: number; also: number; name: string };
type Item = { kind: 'one' | 'rest' | 'named' | 'part' | 'literal'; name: string; value: number };

const name = fc.constantFrom('p', 'q', 'r');
const value = fc.nat({ max: VALUES - 1 });
const constraint: fc.Arbitrary<Constraint> = fc.oneof(
  { weight: 2, arbitrary: fc.constant({ kind: 'any' } as const) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('is' as const, 'isnt' as const), value }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('variable' as const), name }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom('other' as const, 'above' as const, 'next' as const),
      name,
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('either' as const), value, also: value, name }) },
);
const item: fc.Arbitrary<Item> = fc.record({
  kind: fc.constantFrom('one', 'rest', 'named', 'part', 'literal'),
  name,
  value,
});
const draws = fc.letrec<{ condition: Draw; leaf: Draw; group: Draw }>((tie) => ({
  leaf: fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        kind: fc.constantFrom('pattern' as const, 'pattern' as const, 'pattern' as const, 'best' as const),
        of: fc.constantFrom('a', 'a', 'b', 'm'),
        x: constraint,
        y: constraint,
        items: fc.array(item, { maxLength: 3 }),
        address: fc.boolean(),
        up: fc.boolean(),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('test' as const), name, limit: value }) },
  ),
  group: fc.record({
    kind: fc.constantFrom(
      'not' as const,
      'not' as const,
      'exists' as const,
      'and' as const,
      'or' as const,
      'forall' as const,
    ),
    of: fc.array(tie('condition'), { minLength: 1, maxLength: 2 }),
  }),
  condition: fc.oneof(
    { depthSize: 'small', maxDepth: 3 },
    { weight: 3, arbitrary: tie('leaf') },
    { weight: 2, arbitrary: tie('group') },
  ),
}));

function conditionOf(draw: Draw, bound: Set<string>): Condition {
  switch (draw.kind) {
    case 'test': {
      const left: Expression = bound.has(draw.name)
        ? b.expression(`?${draw.name}`)
        : b.expression(draw.limit);
      return b.test(b.call('neq', left, draw.limit));
    }
    case 'pattern':
    case 'best': {
      const items =
        draw.of === 'm' ? { items: new b.Sequence(draw.items.map((each) => itemOf(each, bound))) } : {};
      const x = { [draw.of === 'm' ? 'k' : 'x']: constraintOf(draw.x, bound) };
      const y = draw.of === 'm' ? {} : { y: constraintOf(draw.y, bound) };
      const pattern = b.pattern(draw.of, { ...x, ...y, ...items });
      if (draw.kind === 'pattern') return pattern;
      const criterion = [...bound].toSorted()[0];
      return b.best(pattern, [
        draw.up ? 'maximize' : 'minimize',
        criterion === undefined ? 1 : `?${criterion}`,
      ]);
    }
    case 'and':
      return b.and(...draw.of.map((each) => conditionOf(each, bound)));
    case 'or': {
      const ways = draw.of.map((each) => {
        const own = new Set(bound);
        return { condition: conditionOf(each, own), own };
      });
      for (const each of ways[0]?.own ?? []) if (ways.every(({ own }) => own.has(each))) bound.add(each);
      return b.or(...ways.map(({ condition }) => condition));
    }
    case 'forall': {
      const own = new Set(bound);
      const [each, ...also] = draw.of.map((inner) => conditionOf(inner, own));
      return b.forall(each as Condition, ...also);
    }
    case 'not':
    case 'exists': {
      const own = new Set(bound);
      return { kind: draw.kind, of: draw.of.map((each) => conditionOf(each, own)) };
    }
    default:
      return unreachable(draw);
  }
}

function constraintOf(draw: Constraint, bound: Set<string>): b.ShortField {
  switch (draw.kind) {
    case 'any':
      return '?';
    case 'is':
    case 'isnt':
      return [b.is(draw.value, draw.kind === 'isnt')];
    case 'either': {
      const terms: Term[][] = [[b.is(draw.value)], [b.is(draw.also)]];
      if (bound.has(draw.name)) terms.push([b.variable(draw.name, true)]);
      return terms;
    }
    case 'variable':
      bound.add(draw.name);
      return [b.variable(draw.name)];
    case 'other':
    case 'above':
    case 'next':
      if (!bound.has(draw.name)) return '?';
      if (draw.kind === 'other') return [b.variable(draw.name, true)];
      if (draw.kind === 'next') return [b.equal(b.call('create$', `?${draw.name}`), true)];
      return [b.predicate(b.call('neq', `?${draw.name}`, 1))];
    default:
      return unreachable(draw);
  }
}

function itemOf(draw: Item, bound: Set<string>): ReturnType<typeof b.field> {
  switch (draw.kind) {
    case 'one':
      return b.field('?');
    case 'rest':
      return b.field('$?');
    case 'literal':
      return b.field(draw.value);
    case 'named':
      bound.add(draw.name);
      return b.field(`?${draw.name}`);
    case 'part':
      bound.add(draw.name);
      return b.field(`$?${draw.name}`);
    default:
      return unreachable(draw.kind);
  }
}

const actions = fc.constantFrom('nothing', 'assert', 'retract', 'modify', 'both');
const ruleDraw = fc.record({
  when: fc.array(draws.condition, { maxLength: 3 }),
  does: actions,
  salience: fc.constantFrom(0, 0, 10),
});

function ruleOf(draw: { when: Draw[]; does: string; salience: number }, number: number): Rule {
  const bound = new Set<string>();
  const [first, ...others] = draw.when.map((each) => conditionOf(each, bound));
  const isAddressed = first?.kind === 'pattern';
  const when = first === undefined ? [] : [isAddressed ? { ...first, address: 'f' } : first, ...others];
  const does: Expression[] = [];
  if (draw.does === 'assert' || draw.does === 'both')
    does.push(b.assertSlots('b', { x: [number % VALUES], y: [0] }));
  if ((draw.does === 'retract' || draw.does === 'both') && isAddressed) does.push(b.call('retract', '?f'));
  if (draw.does === 'modify' && isAddressed && first.template === 'a') {
    does.push({
      kind: 'if',
      test: b.call('fact-existp', '?f'),
      // oxlint-disable-next-line unicorn/no-thenable -- the word of the language, and never a function
      then: [
        {
          kind: 'modify',
          fact: b.expression('?f'),
          slots: [{ slot: 'x', values: [b.expression(number % VALUES)] }],
        },
      ],
      else: [],
    });
  }
  return b.rule(`r${number}`, when, does, draw.salience);
}

type Operation =
  | { kind: 'assert'; of: 'a' | 'b' | 'm'; x: number; y: number; items: number[] }
  | { kind: 'retract' | 'modify' | 'remove' | 'add' | 'run'; at: number }
  | { kind: 'begin' | 'rollBack' | 'commit' };

const operation: fc.Arbitrary<Operation> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('assert' as const),
      of: fc.constantFrom('a' as const, 'a' as const, 'b' as const, 'm' as const),
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
  `${match.rule.name}: ${match.facts.map((fact) => fact?.index ?? '*').join(' ')}`;

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

const checkEqual = (seen: unknown, wanted: unknown): void => expect(seen).toEqual(wanted);

function play(
  draws_: readonly { when: Draw[]; does: string; salience: number }[],
  operations: readonly Operation[],
  strategy: Strategy,
): void {
  const all = draws_.map(ruleOf);
  const session = b.session({ templates, rules: all }, strategy).session;
  const model = new Model(all);
  session.listen({
    asserted: (fact) => model.changed([...model.facts, fact]),
    retracted: (fact) => model.changed(model.facts.filter(({ index }) => index !== fact.index)),
    fired: (activation) => model.fired.push(key(activation)),
  });
  let saved: { facts: Fact[]; fired: string[]; agenda: string[] } | null = null;
  for (const each of operations) {
    const facts = [...session.facts()];
    const at = 'at' in each ? each.at : 0;
    const chosen = facts[at % Math.max(facts.length, 1)];
    const drawn = all[at % Math.max(all.length, 1)];
    switch (each.kind) {
      case 'assert': {
        const slots: Record<string, PlainValue> =
          each.of === 'm' ? { k: each.x, items: each.items } : { x: each.x, y: each.y };
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
          saved = { facts: model.facts, fired: [...model.fired], agenda: session.agenda().map(key) };
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
        (rules, operations) => play(rules, operations, 'canonical'),
      ),
      { numRuns: Number(process.env['RUNS'] ?? 400) },
    );
  });

  it('under depth, without firings', () => {
    fc.assert(
      fc.property(
        fc.array(ruleDraw, { minLength: 1, maxLength: 4 }),
        fc.array(operation, { maxLength: 25 }),
        (rules, operations) =>
          play(
            rules,
            operations.filter(({ kind }) => kind !== 'run'),
            'depth',
          ),
      ),
      { numRuns: Number(process.env['RUNS'] ?? 200) },
    );
  });
});
