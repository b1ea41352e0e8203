import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Session, Strategy } from '../../engine/session.ts';
import * as b from './build.ts';
import { ruleDraw, ruleOf, templates, value, VALUES, withoutOr } from './draw.ts';

/** One thing done to a session. */
interface Step {
  readonly kind: 'assert' | 'retract' | 'modify' | 'run' | 'remove';
  readonly of: 'a' | 'b' | 'm';
  readonly x: number;
  readonly y: number;
  readonly items: readonly number[];
  readonly at: number;
}

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    kind: fc.constantFrom('assert', 'assert', 'assert', 'retract', 'modify', 'run', 'remove'),
    of: fc.constantFrom('a', 'a', 'b', 'm'),
    x: value,
    y: value,
    items: fc.array(value, { maxLength: 3 }),
    at: fc.nat({ max: 20 }),
  }),
  { maxLength: 15 },
);

function take(session: Session, { kind, of, x, y, items, at }: Step): void {
  const facts = [...session.facts()];
  const chosen = facts[at % Math.max(facts.length, 1)];
  if (kind === 'assert') session.assert(of, of === 'm' ? { k: x, items } : { x, y });
  else if (kind === 'run') session.run({ firingsMax: (at % 4) + 1 });
  else if (kind === 'remove') session.removeRule(`r${at % 4}`);
  else if (chosen === undefined) return;
  else if (kind === 'retract') session.retract(chosen.index);
  else if (chosen.template.name === 'a') session.modify(chosen.index, { y: at % VALUES });
}

/** Everything that can be seen of a session. */
function seen(session: Session, isOrdered: boolean): unknown {
  const agenda = session
    .agenda()
    .map(({ rule, salience, facts }) =>
      [rule.name, salience, ...facts.map((fact) => fact?.index ?? '*')].join(' '),
    );
  const { tokens, entries, supports } = session.statistics();
  return {
    facts: [...session.facts()].map(({ index, template, slots }) => [index, template.name, slots]),
    agenda: isOrdered ? agenda : agenda.toSorted(),
    counts: { tokens, entries, supports },
    focus: session.focusStack(),
  };
}

const checkSameLife = (strategy: Strategy, isOrdered: boolean, sourceAfter = Infinity): void =>
  fc.assert(
    fc.property(fc.array(ruleDraw, { minLength: 1, maxLength: 4 }), steps, steps, (draws, before, after) => {
      const { session } = b.session(
        { templates, rules: draws.map(withoutOr).map(ruleOf) },
        strategy,
        {},
        sourceAfter,
      );
      for (const step of before) take(session, step);
      const fork = session.fork();
      const then = seen(session, true);
      expect(seen(fork, true)).toEqual(then);

      for (const step of after) take(fork, step);
      expect(seen(session, true)).toEqual(then);
      if (!isOrdered) return;
      for (const step of after) take(session, step);
      expect(seen(session, true)).toEqual(seen(fork, true));
    }),
    { numRuns: Number(process.env['RUNS'] ?? 200) },
  );

describe('a fork', () => {
  // Under `canonical` nothing depends on when a fact came, so two forks that hear the same do the same.
  test('lives the same life when it hears the same, and its own when it does not', () => {
    checkSameLife('canonical', true);
  });

  test('of a session whose network runs as generated source, too', () => {
    checkSameLife('canonical', true, 0);
  });

  test.each(['depth', 'breadth', 'lex', 'mea', 'simplicity', 'complexity'] as const)(
    'has the same agenda under %s',
    (strategy) => {
      checkSameLife(strategy, false);
    },
  );

  test('keeps globals, numbers, settings and the focus', () => {
    const { session } = b.session({
      templates: [b.ordered('go')],
      globals: [b.global('x', 1)],
      rules: [
        b.rule('count', [b.tuple('go')], [b.bind('y', 1), { ...b.bind('x', 7), global: true } as never]),
      ],
    });
    session.addModule({ name: 'SIDE', comment: null, exports: [], imports: [], origin: b.origin });
    session.assert('go', { implied: [] });
    session.run();
    session.focus('SIDE');
    session.factDuplication = true;
    session.salienceEvaluation = 'every-cycle';

    const fork = session.fork();

    expect(fork.global('x')).toBe(7);
    expect(fork.focusStack()).toEqual(session.focusStack());
    expect(fork.factDuplication).toBe(true);
    expect(fork.salienceEvaluation).toBe('every-cycle');
    expect(fork.agenda()).toEqual([]);
    fork.reset();
    expect(fork.global('x')).toBe(1);
    expect(session.global('x')).toBe(7);
  });

  test('asserts its deffacts at its own reset only', () => {
    const { session } = b.session({
      templates: [b.ordered('go')],
      facts: [b.deffacts('begin', b.form('go', { implied: [1] }))],
    });
    session.retract(1);
    const fork = session.fork();
    expect([...fork.facts()]).toEqual([]);
    fork.reset();
    expect([...fork.facts()]).toHaveLength(1);
  });

  test('writes to another world when it is given one', () => {
    const { session, output } = b.session({
      templates: [b.ordered('go')],
      rules: [b.rule('say', [b.tuple('go')], [b.print('went')])],
    });
    let heard = '';
    const fork = session.fork({ functions: new Map(), write: (_, text) => void (heard += text) });
    fork.assert('go', { implied: [] });
    fork.run();

    expect(heard).toBe('went\n');
    expect(output()).toBe('');
  });

  test('is refused in a transaction', () => {
    const { session } = b.session({});
    session.begin();
    expect(() => session.fork()).toThrow('fork is not possible inside a transaction');
  });
});
