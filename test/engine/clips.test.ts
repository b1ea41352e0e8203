import { spawnSync } from 'node:child_process';

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import type { Rule, RuleBase } from '../../engine/rule.ts';
import { strategies, type Strategy } from '../../engine/session.ts';
import { unreachable } from '../../engine/unreachable.ts';
import * as b from './build.ts';
import { clipsText } from './clips-text.ts';
import { isComparable } from './comparable.ts';
import { ruleDraw, ruleOf, templates, value, type RuleDraw } from './draw.ts';

// The `clips` binary is the oracle: the same rules and the same facts fire in the same order, to the last one.

const hasClips = spawnSync('clips', ['-f2', '/dev/null'], { input: '(exit)\n' }).status === 0;
const describeWithClips = hasClips ? describe : describe.skip;
if (!hasClips) console.warn('clips is not installed: what CLIPS does is not compared');

type Step =
  | {
      readonly kind: 'assert';
      readonly of: string;
      readonly slots: Readonly<Record<string, readonly number[]>>;
    }
  | { readonly kind: 'retract'; readonly index: number }
  | { readonly kind: 'run'; readonly firings: number }
  | { readonly kind: 'add'; readonly rule: Rule }
  /** Adds the rule of a draw, or replaces the one of its number. */
  | { readonly kind: 'draw'; readonly draw: RuleDraw; readonly number: number }
  | { readonly kind: 'remove'; readonly number: number }
  | { readonly kind: 'refresh'; readonly number: number }
  | { readonly kind: 'order'; readonly strategy: Strategy };

/** Rules that fired, and then the agenda: `r1 1,3`. Null: CLIPS refuses the rules. */
function firedByClips(base: RuleBase, steps: readonly Step[], strategy: Strategy): string[] | null {
  const commands = steps.map((step) => {
    switch (step.kind) {
      case 'assert': {
        const slots = Object.entries(step.slots).map(([name, values]) =>
          name === 'implied' ? values.join(' ') : `(${name} ${values.join(' ')})`,
        );
        return `(assert (${step.of} ${slots.join(' ')}))`;
      }
      case 'retract':
        return `(retract ${step.index})`;
      case 'run':
        return `(run ${step.firings})`;
      case 'add':
        return clipsText(b.base({ rules: [step.rule] }));
      case 'draw':
        return clipsText(b.base({ rules: [ruleOf(step.draw, step.number)] }));
      case 'remove':
        return `(undefrule r${step.number})`;
      case 'refresh':
        return `(refresh r${step.number})`;
      case 'order':
        return `(set-strategy ${step.strategy})`;
      default:
        return unreachable(step);
    }
  });
  const program = [
    `(set-strategy ${strategy})`,
    clipsText(base),
    '(reset)',
    '(watch rules)',
    ...commands,
    '(agenda)',
    '(exit)',
    '',
  ].join('\n');
  const { stdout } = spawnSync('clips', { input: program, encoding: 'utf8' });
  if (/\[(?!PRNTUTIL1\])[A-Z]+\d+\]/.test(stdout)) return null;
  return [...stdout.matchAll(/^(?:CLIPS> )*(?:FIRE +\d+ |-?\d+ +)(r\d+): ?(.*)$/gm)].map(([, name, facts]) =>
    line(
      name ?? '',
      [...(facts ?? '').matchAll(/f-(\d+)/g)].map(([, index]) => Number(index)).filter((index) => index > 0),
    ),
  );
}

function firedByUs(base: RuleBase, steps: readonly Step[], strategy: Strategy, after = 0): string[] {
  const { session } = b.session(base, strategy, {}, after);
  const fired: string[] = [];
  session.listen({
    fired: ({ rule, facts }) =>
      fired.push(
        line(
          rule.name,
          facts.flatMap((fact) => fact?.index ?? []),
        ),
      ),
  });
  for (const step of steps) {
    if (step.kind === 'assert') {
      const slots = Object.entries(step.slots).map(([name, values]) => {
        const isMulti = name === 'items' || name === 'implied';
        return [name, isMulti ? values : (values[0] ?? 0)] as const;
      });
      session.assert(step.of, Object.fromEntries(slots));
    } else if (step.kind === 'retract') session.retract(step.index);
    else if (step.kind === 'run') session.run({ firingsMax: step.firings });
    else if (step.kind === 'draw') session.addRule(ruleOf(step.draw, step.number));
    else if (step.kind === 'remove') session.removeRule(`r${step.number}`);
    else if (step.kind === 'refresh') session.refresh(`r${step.number}`);
    else if (step.kind === 'order') session.strategy = step.strategy;
    else session.addRule(step.rule);
  }
  for (const { rule, facts } of session.agenda())
    fired.push(
      line(
        rule.name,
        facts.flatMap((fact) => fact?.index ?? []),
      ),
    );
  return fired;
}

const line = (name: string, facts: readonly number[]): string => `${name} ${facts.join()}`;

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('assert' as const),
      of: fc.constantFrom('a', 'a', 'b'),
      slots: fc.record({ x: fc.tuple(value), y: fc.tuple(value) }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('assert' as const),
      of: fc.constant('m'),
      slots: fc.record({ k: fc.tuple(value), items: fc.array(value, { maxLength: 3 }) }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('retract' as const), index: fc.integer({ min: 1, max: 12 }) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('run' as const), firings: fc.integer({ min: 1, max: 4 }) }),
  },
);

const asserts = (of: string, ...values: number[]): Step => ({
  kind: 'assert',
  of,
  slots: { implied: values },
});

/** What CLIPS has too; `random` draws other numbers. */
const clipsStrategies = strategies.filter((each) => each !== 'canonical' && each !== 'random');

const changing: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: step },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('draw' as const),
      draw: ruleDraw,
      number: fc.integer({ min: 0, max: 4 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('remove' as const), number: fc.integer({ min: 0, max: 4 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('refresh' as const), number: fc.integer({ min: 0, max: 4 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('order' as const),
      strategy: fc.constantFrom(...clipsStrategies),
    }),
  },
);

describeWithClips('CLIPS fires in the same order', () => {
  const ordered = ['a', 'b', 'c', 'go'].map(b.ordered);
  const run: Step = { kind: 'run', firings: 100 };

  test.each([
    {
      name: 'the rule defined first fires first for one fact, and the newest fact before older ones',
      rules: [
        b.rule('r1', [b.tuple('a', '?x')]),
        b.rule('r2', [b.tuple('a', '?x')]),
        b.rule('r3', [b.tuple('a', 1)]),
      ],
      steps: [asserts('a', 1), asserts('a', 2), run],
    },
    {
      name: 'a fact used twice in one rule is matched once with itself',
      rules: [b.rule('r1', [b.tuple('a', '?x'), b.tuple('a', '?y')])],
      steps: [asserts('a', 1), asserts('a', 2), asserts('a', 3), run],
    },
    {
      name: 'older entries are met first from the left, younger tokens first from the right',
      rules: [b.rule('r1', [b.tuple('a', '?x'), b.tuple('b', '?x', '?y')])],
      steps: [
        asserts('b', 1, 1),
        asserts('b', 1, 2),
        asserts('a', 1),
        asserts('b', 1, 3),
        asserts('a', 2),
        asserts('b', 2, 1),
        run,
      ],
    },
    {
      name: 'a not that is freed makes a new activation',
      rules: [b.rule('r1', [b.tuple('a', '?x'), b.not(b.tuple('b', '?x'))])],
      steps: [
        asserts('a', 1),
        asserts('a', 2),
        asserts('b', 1),
        { kind: 'retract', index: 3 },
        run,
      ] as Step[],
    },
    {
      name: 'a multislot is split with the shortest first segment first',
      rules: [b.rule('r1', [b.tuple('a', '$?x', '?y', '$?z')])],
      steps: [asserts('a', 1, 2, 3), run],
    },
    {
      name: 'what one firing asserts and takes away is matched in the order of its actions',
      rules: [
        b.rule(
          'r1',
          [b.tuple('go'), { ...b.tuple('a', '?x'), address: 'f' }, b.not(b.tuple('c', '?x'))],
          [b.assert('c', '?x'), b.assert('b', '?x', '?x'), b.call('retract', '?f'), b.assert('b', '?x', 9)],
        ),
        b.rule('r2', [b.tuple('a', '?x'), b.tuple('b', '?y', '?z')]),
        b.rule('r3', [b.tuple('b', '?x', '?z'), b.not(b.tuple('a', '?x'))]),
        b.rule('r4', [b.tuple('c', '?x'), b.exists(b.tuple('b', '?x', '$?'))]),
      ],
      steps: [asserts('go'), asserts('a', 1), asserts('a', 2), asserts('a', 3), run] as Step[],
    },
    {
      name: 'salience comes before age',
      rules: [
        b.rule('r1', [b.tuple('a', '?x')]),
        b.rule('r2', [b.tuple('a', '?x')], [], 10),
        b.rule('r3', [b.tuple('a', '?x')], [], -10),
      ],
      steps: [asserts('a', 1), asserts('a', 2), run],
    },
    {
      name: 'a rule fires once for each branch of an or',
      rules: [b.rule('r1', [b.or(b.tuple('a', '?x'), b.tuple('b', '?x')), b.tuple('go')])],
      steps: [asserts('a', 1), asserts('b', 1), asserts('go'), run],
    },
    {
      name: 'forall holds while nothing is missing',
      rules: [b.rule('r1', [b.tuple('go'), b.forall(b.tuple('a', '?x'), b.tuple('b', '?x'))])],
      steps: [asserts('go'), asserts('a', 1), asserts('b', 1), run, asserts('a', 2), asserts('b', 2), run],
    },
    {
      name: 'a rule added later sees what stands',
      rules: [b.rule('r1', [b.tuple('a', '?x'), b.tuple('b', '?y')])],
      steps: [
        asserts('a', 1),
        asserts('a', 2),
        asserts('b', 1),
        asserts('b', 2),
        { kind: 'add', rule: b.rule('r2', [b.tuple('c', '?x'), b.tuple('a', '?y')]) },
        asserts('c', 1),
        run,
      ] as Step[],
    },
  ])('$name', ({ rules, steps }) => {
    const base = b.base({ templates: ordered, rules });
    for (const strategy of clipsStrategies) {
      const expected = firedByClips(base, steps, strategy);
      expect(expected?.length).toBeGreaterThan(0);
      for (const after of [0, 3, Infinity]) expect(firedByUs(base, steps, strategy, after)).toEqual(expected);
    }
  });

  test('random rules, random facts', () => {
    let compared = 0;
    fc.assert(
      fc.property(
        fc.array(ruleDraw, { minLength: 1, maxLength: 3 }),
        fc.array(step, { maxLength: 15 }),
        fc.constantFrom(...clipsStrategies),
        (draws, steps, strategy) => {
          fc.pre(draws.every((each) => isComparable(each)));
          const base = b.base({ templates, rules: draws.map(ruleOf) });
          const expected = firedByClips(base, steps, strategy);
          if (expected === null) return;
          compared += 1;
          for (const after of [0, 8, Infinity])
            expect(firedByUs(base, steps, strategy, after)).toEqual(expected);
        },
      ),
      { numRuns: Number(process.env['RUNS'] ?? 150) },
    );
    expect(compared).toBeGreaterThan(50);
  });

  test('rules that come, change and go, strategies that change', () => {
    let compared = 0;
    fc.assert(
      fc.property(
        fc.array(ruleDraw, { maxLength: 2 }),
        fc.array(changing, { maxLength: 15 }),
        (draws, steps) => {
          const all = [...draws, ...steps.flatMap((each) => (each.kind === 'draw' ? [each.draw] : []))];
          fc.pre(all.every((each) => isComparable(each)));
          const base = b.base({ templates, rules: draws.map(ruleOf) });
          const expected = firedByClips(base, steps, 'depth');
          if (expected === null) return;
          compared += 1;
          expect(firedByUs(base, steps, 'depth')).toEqual(expected);
        },
      ),
      { numRuns: Number(process.env['RUNS'] ?? 150) },
    );
    expect(compared).toBeGreaterThan(30);
  });
});
