import fc from 'fast-check';

import type { Condition, Expression, Rule, Term } from '../../engine/rule.ts';
import { unreachable } from '../../engine/unreachable.ts';
import * as b from './build.ts';

// Random rules, for whoever compares two ways of running them.

export const templates = [
  b.template('a', 'x', 'y'),
  b.template('b', 'x', 'y'),
  b.template('m', 'k', '$items'),
  b.ordered('o'),
];
/** Facts and rules name the integers below this. */
export const VALUES = 3;

// Rules are drawn as trees without care for variables; `Scoped` then drops what refers to a variable that nothing binds.

export type Draw =
  | {
      kind: 'pattern' | 'best';
      of: string;
      x: Constraint;
      y: Constraint;
      items: Item[];
      address: boolean;
      up: boolean;
    }
  | { kind: 'not' | 'exists' | 'and' | 'or' | 'forall'; inner: Draw[] }
  | { kind: 'test'; name: string; limit: number };
type Constraint =
  | { kind: 'any' }
  | { kind: 'is' | 'isnt'; value: number }
  | { kind: 'variable' | 'other' | 'above' | 'next'; name: string }
  | { kind: 'either'; value: number; also: number; name: string };
type Item = { kind: 'one' | 'rest' | 'named' | 'part' | 'literal'; name: string; value: number };

const name = fc.constantFrom('p', 'q', 'r');
export const value = fc.nat({ max: VALUES - 1 });
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
const group = (inner: fc.Arbitrary<Draw>): fc.Arbitrary<Draw> =>
  fc.record({
    kind: fc.constantFrom(
      'not' as const,
      'not' as const,
      'exists' as const,
      'and' as const,
      'or' as const,
      'forall' as const,
    ),
    inner: fc.array(inner, { minLength: 1, maxLength: 2 }),
  });
const draws = fc.letrec<{ condition: Draw; leaf: Draw; group: Draw }>((tie) => ({
  leaf: fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        kind: fc.constantFrom('pattern' as const, 'pattern' as const, 'pattern' as const, 'best' as const),
        of: fc.constantFrom('a', 'a', 'b', 'm', 'o'),
        x: constraint,
        y: constraint,
        items: fc.array(item, { maxLength: 3 }),
        address: fc.boolean(),
        up: fc.boolean(),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('test' as const), name, limit: value }) },
  ),
  group: group(tie('condition')),
  condition: fc.oneof(
    { depthSize: 'small', maxDepth: 3 },
    { weight: 3, arbitrary: tie('leaf') },
    { weight: 2, arbitrary: tie('group') },
  ),
}));

/** What names variables mostly, so that conditions hang together. */
const plain: fc.Arbitrary<Constraint> = fc.oneof(
  { weight: 1, arbitrary: fc.constant({ kind: 'any' } as const) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('is' as const), value }) },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('variable' as const), name: fc.constantFrom('p', 'q') }),
  },
);
/** Groups within groups, which are rare among the others. */
const nested = fc.letrec<{ condition: Draw; leaf: Draw; group: Draw }>((tie) => ({
  leaf: fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        kind: fc.constant('pattern' as const),
        of: fc.constantFrom('a', 'b'),
        x: plain,
        y: plain,
        items: fc.constant<Item[]>([]),
        address: fc.constant(false),
        up: fc.constant(false),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('test' as const),
        name: fc.constantFrom('p', 'q'),
        limit: value,
      }),
    },
  ),
  group: group(tie('condition')),
  condition: fc.oneof(
    { maxDepth: 3 },
    { weight: 2, arbitrary: tie('leaf') },
    { weight: 3, arbitrary: tie('group') },
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
      const pattern = b.pattern(draw.of, slotsOf(draw, bound));
      if (draw.kind === 'pattern') return pattern;
      const criterion = [...bound].toSorted()[0];
      return b.best(pattern, [
        draw.up ? 'maximize' : 'minimize',
        criterion === undefined ? 1 : `?${criterion}`,
      ]);
    }
    case 'and':
      return b.and(...draw.inner.map((each) => conditionOf(each, bound)));
    case 'or': {
      const ways = draw.inner.map((each) => {
        const own = new Set(bound);
        return { condition: conditionOf(each, own), own };
      });
      for (const each of ways[0]?.own ?? []) if (ways.every(({ own }) => own.has(each))) bound.add(each);
      return b.or(...ways.map(({ condition }) => condition));
    }
    case 'forall': {
      const own = new Set(bound);
      const [each, ...also] = draw.inner.map((part) => conditionOf(part, own));
      return b.forall(each as Condition, ...also);
    }
    case 'not':
    case 'exists': {
      const own = new Set(bound);
      return { kind: draw.kind, of: draw.inner.map((each) => conditionOf(each, own)) };
    }
    default:
      return unreachable(draw);
  }
}

function slotsOf(
  draw: Extract<Draw, { kind: 'pattern' | 'best' }>,
  bound: Set<string>,
): Record<string, b.ShortField | b.Sequence> {
  const items = (): b.Sequence => new b.Sequence(draw.items.map((each) => itemOf(each, bound)));
  if (draw.of === 'o') return { implied: items() };
  const x = constraintOf(draw.x, bound);
  if (draw.of === 'm') return { k: x, items: items() };
  return { x, y: constraintOf(draw.y, bound) };
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

const actions = fc.constantFrom('nothing', 'assert', 'retract', 'modify', 'both', 'support', 'support');
/** A rule as it was drawn; `ruleOf` makes the rule. */
export interface RuleDraw {
  readonly when: readonly Draw[];
  readonly does: string;
  readonly salience: number;
}

export const ruleDraw: fc.Arbitrary<RuleDraw> = fc.record({
  when: fc.oneof(
    { weight: 2, arbitrary: fc.array(draws.condition, { maxLength: 3 }) },
    { weight: 1, arbitrary: fc.array(nested.condition, { maxLength: 3 }) },
  ),
  does: actions,
  salience: fc.constantFrom(0, 0, 10),
});

/** The rule with `and` for every `or`: two branches may match by the same facts, and can't be told apart from outside. */
export const withoutOr = (draw: RuleDraw): RuleDraw => ({ ...draw, when: draw.when.map(conjoined) });

function conjoined(draw: Draw): Draw {
  if (!('inner' in draw)) return draw;
  return { kind: draw.kind === 'or' ? 'and' : draw.kind, inner: draw.inner.map(conjoined) };
}

export function ruleOf(draw: RuleDraw, number: number): Rule {
  const bound = new Set<string>();
  const [first, ...others] = draw.when.map((each) => conditionOf(each, bound));
  const isAddressed = first?.kind === 'pattern';
  const named = isAddressed ? { ...first, address: 'f' } : first;
  const isLogical = draw.does === 'support' && named !== undefined;
  const when = named === undefined ? [] : [isLogical ? b.logical(named) : named, ...others];
  const does: Expression[] = [];
  if (draw.does === 'assert' || draw.does === 'both')
    does.push(b.assertSlots('b', { x: [number % VALUES], y: [0] }));
  if (isLogical) does.push(b.assertSlots('b', { x: [number % VALUES], y: [1] }));
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
