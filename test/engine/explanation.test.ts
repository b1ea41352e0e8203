import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Provenance, type ExplainedFact, type Explanation } from '../../engine/explanation.ts';
import { matchNaively } from '../../engine/naive.ts';
import type { RuleBase, Slot } from '../../engine/rule.ts';
import type { Session } from '../../engine/session.ts';
import { conditionWritten, factWritten } from '../../engine/view/written.ts';
import * as b from './build.ts';
import { ruleDraw, ruleOf, templates, value } from './draw.ts';

// `crowded` follows from two hosts, `alarm` from it; `tick` counts by itself.
const symbolic = (name: string): Slot => b.slot(name, { types: ['SYMBOL'] });
const parts: Partial<RuleBase> = {
  templates: [
    b.template('host', symbolic('name'), 'load'),
    ...['crowded', 'alarm', 'count', 'done'].map(b.ordered),
  ],
  rules: [
    b.rule(
      'crowded',
      [
        b.logical(
          b.pattern('host', { name: '?a', load: [b.variable('l'), b.predicate(b.call('>', '?l', 80))] }),
          b.not(b.pattern('host', { load: 0 })),
        ),
        b.pattern('host', { name: [b.variable('other'), b.variable('a', true)] }),
      ],
      [b.assert('crowded', 'cluster')],
    ),
    b.rule('alarm', [b.logical(b.tuple('crowded', '?what'))], [b.assert('alarm', '?what')]),
    b.rule('echo', [b.logical(b.tuple('alarm', '?what'))], [b.assert('crowded', '?what')]),
    b.rule(
      'next',
      [b.addressed(b.tuple('count', [b.variable('n'), b.predicate(b.call('<', '?n', 3))]), 'f')],
      [b.call('retract', '?f'), b.assert('count', b.call('+', '?n', 1))],
    ),
  ],
};

/** `alarm < (crowded cluster) < crowded < (host hv01 90), none`. */
function told({ rule, facts }: Explanation): string {
  return `${rule.name} < ${facts.map((fact) => (fact === null ? 'none' : toldFact(fact))).join(', ')}`;
}

function toldFact({ fact, stands, because, isRepeated }: ExplainedFact): string {
  const from = because.map((each) => `[${told(each)}]`).join(' or ');
  const how = isRepeated ? 'again' : stands === 'outside' ? '' : stands === 'asserted' ? 'made by' : 'by';
  return [factWritten(fact), how, from].filter((text) => text !== '').join(' ');
}

const factOf = (session: Session, template: string): number => [...session.facts(template)][0]?.index ?? 0;

describe('explain', () => {
  test('goes down to what was asserted from outside, and round no circle', () => {
    const { session } = b.session(parts);
    session.assert('host', { name: 'hv01', load: 90 });
    session.assert('host', { name: 'hv02', load: 10 });
    session.run();

    const explained = session.explainFact(factOf(session, 'alarm'));
    expect(explained && toldFact(explained)).toBe(
      '(alarm cluster) by [alarm < (crowded cluster) by ' +
        '[echo < (alarm cluster) again] or [crowded < (host (name hv01) (load 90)), none]]',
    );
  });

  test('an activation that waits is explained by its facts', () => {
    const { session } = b.session(parts);
    session.assert('host', { name: 'hv01', load: 90 });
    session.assert('host', { name: 'hv02', load: 10 });
    session.run({ firingsMax: 1 });

    expect(session.agenda().map((activation) => told(session.explain(activation)))).toEqual([
      'alarm < (crowded cluster) by [crowded < (host (name hv01) (load 90)), none]',
    ]);
  });

  test('supports are still known by their rule after a rollback', () => {
    const { session } = b.session(parts);
    session.assert('host', { name: 'hv01', load: 90 });
    session.assert('host', { name: 'hv02', load: 10 });
    session.removeRule('echo');
    session.run();
    const before = session.explainFact(factOf(session, 'alarm'));
    session.begin();
    session.retract(factOf(session, 'host'));
    expect([...session.facts('alarm')]).toEqual([]);
    session.rollBack();

    expect(session.explainFact(factOf(session, 'alarm'))).toEqual(before);
  });

  test('what needs no support is explained by the firing that made it, when somebody has listened', () => {
    const { session } = b.session(parts);
    const provenance = new Provenance();
    session.listen(provenance);
    session.assert('count', { implied: [1] });
    session.run();

    const explained = session.explainFact(factOf(session, 'count'), provenance);
    expect(explained && toldFact(explained)).toBe(
      '(count 3) made by [next < (count 2) made by [next < (count 1)]]',
    );
    expect(session.explainFact(factOf(session, 'count'))?.stands).toBe('outside');

    session.assert('count', { implied: [7] });
    expect(session.explainFact(5, provenance)).toBeUndefined();
    expect(
      [...session.facts('count')].map(({ index }) => session.explainFact(index, provenance)?.stands),
    ).toEqual(['asserted', 'outside']);
  });
});

const lease = b.pattern('lease', { id: '?l', host: '?h', phase: [[b.is('active')], [b.is('held')]] });
const place: Partial<RuleBase> = {
  templates: [
    b.template('lease', symbolic('id'), symbolic('host'), symbolic('phase')),
    b.template('host', symbolic('name'), symbolic('status'), 'load'),
  ],
  rules: [
    b.rule('off', [
      lease,
      b.pattern('host', { name: '?h', status: 'ready', load: '?load' }),
      b.test(b.call('<', '?load', 50)),
      b.not(b.pattern('lease', { id: [b.variable('l', true)], host: '?h' })),
      b.exists(b.pattern('host', { name: [b.variable('h', true)], status: 'ready' })),
    ]),
  ],
};

const session = (): Session => {
  const { session: made } = b.session(place);
  made.assert('lease', { id: 'l-1', host: 'hv01', phase: 'active' });
  made.assert('lease', { id: 'l-2', host: 'hv02', phase: 'gone' });
  return made;
};

/** How far it got, and what stopped it. */
function stopped(made: Session, given: Parameters<Session['whyNot']>[1] = {}): unknown {
  const way = made.whyNot('off', given)?.ways[0];
  const { failed = null } = way ?? {};
  return failed === null
    ? way?.reached
    : {
        reached: way?.reached,
        failed: conditionWritten(failed.condition, way?.bindings),
        reason: failed.reason,
        nearest: failed.nearest.map(({ fact, misfits }) => `${factWritten(fact)}: ${misfits.join(' ')}`),
        present: failed.present.map(factWritten),
      };
}

/** Matches by their facts. */
const ids = (all: readonly { facts: readonly ({ index: number } | null)[] }[]): string[] =>
  all.map((match) => match.facts.map((fact) => fact?.index ?? '*').join(' ')).toSorted();

describe('why not', () => {
  test('there is no fact of a template', () => {
    expect(stopped(session())).toMatchObject({
      reached: 1,
      failed: '(host (name hv01) (status ready) (load ?load))',
      reason: 'no-fact',
    });
  });

  test('the nearest fact, and the slots that speak against it', () => {
    const made = session();
    made.assert('host', { name: 'hv01', status: 'off', load: 10 });
    made.assert('host', { name: 'hv02', status: 'off', load: 10 });
    expect(stopped(made)).toMatchObject({
      reached: 1,
      reason: 'no-match',
      nearest: ['(host (name hv01) (status off) (load 10)): status'],
    });
  });

  test('a test that does not hold, with its values', () => {
    const made = session();
    made.assert('host', { name: 'hv01', status: 'ready', load: 60 });
    expect(stopped(made)).toMatchObject({ reached: 2, failed: '(test (< 60 50))', reason: 'false' });
  });

  test('what is there and must not be', () => {
    const made = session();
    made.assert('host', { name: 'hv01', status: 'ready', load: 10 });
    made.assert('lease', { id: 'l-3', host: 'hv01', phase: 'gone' });
    expect(stopped(made)).toMatchObject({
      reached: 3,
      failed: '(not (lease (id ~l-1) (host hv01)))',
      reason: 'present',
      present: ['(lease (id l-3) (host hv01) (phase gone))'],
    });
  });

  test('what has to be there, and is nearly', () => {
    const made = session();
    made.assert('host', { name: 'hv01', status: 'ready', load: 10 });
    made.assert('host', { name: 'hv02', status: 'off', load: 10 });
    expect(stopped(made)).toMatchObject({
      reached: 4,
      failed: '(exists (host (name ~hv01) (status ready)))',
      reason: 'no-match',
      nearest: [
        '(host (name hv01) (status ready) (load 10)): name',
        '(host (name hv02) (status off) (load 10)): status',
      ],
    });
  });

  test('it matches: what waits and what has fired', () => {
    const made = session();
    made.assert('host', { name: 'hv01', status: 'ready', load: 10 });
    made.assert('host', { name: 'hv02', status: 'ready', load: 10 });
    expect(made.whyNot('off')?.matches.map(({ isWaiting }) => isWaiting)).toEqual([true]);
    made.run();
    expect(made.whyNot('off')?.matches.map(({ isWaiting }) => isWaiting)).toEqual([false]);
    expect(stopped(made)).toBe(5);
  });

  test('given values narrow it', () => {
    const made = session();
    made.assert('host', { name: 'hv01', status: 'ready', load: 10 });
    made.assert('host', { name: 'hv02', status: 'ready', load: 10 });
    expect(stopped(made, { l: 'l-9' })).toMatchObject({ reached: 0, reason: 'bound-otherwise' });
    expect(stopped(made, { load: 11 })).toMatchObject({ reached: 1, reason: 'bound-otherwise' });
    made.assert('host', { name: 'hv03', status: 'off', load: 10 });
    made.assert('lease', { id: 'l-3', host: 'hv03', phase: 'held' });
    expect(stopped(made, { h: 'hv03' })).toMatchObject({
      reached: 1,
      reason: 'no-match',
      nearest: ['(host (name hv03) (status off) (load 10)): status'],
    });
    expect(stopped(made, { h: 'hv01', load: 10 })).toBe(5);
  });

  test('there is no such rule', () => {
    expect(session().whyNot('on')).toBeUndefined();
  });

  // The answer is that of the plain matcher: all matches are told, and where there is none, what stops them.
  test('agrees with the naive matcher', () => {
    const facts = fc.array(
      fc.record({
        of: fc.constantFrom('a', 'b', 'm'),
        x: value,
        y: value,
        items: fc.array(value, { maxLength: 2 }),
      }),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(fc.array(ruleDraw, { minLength: 1, maxLength: 3 }), facts, (draws, given) => {
        const rules = draws.map(ruleOf);
        const { session: made } = b.session({ templates, rules });
        for (const { of, x, y, items } of given) made.assert(of, of === 'm' ? { k: x, items } : { x, y });
        for (const rule of rules) {
          const { matches = [], ways = [] } = made.whyNot(rule.name) ?? {};

          expect(ids(matches)).toEqual(ids(matchNaively([rule], [...made.facts()])));
          expect(matches.every(({ isWaiting }) => isWaiting)).toBe(true);
          for (const way of ways) expect(way.failed === null).toBe(way.reached === way.conditions.length);
        }
      }),
      { numRuns: 300 },
    );
  });
});
