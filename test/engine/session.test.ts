import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { printed } from '../../engine/printed.ts';
import { Session } from '../../engine/session.ts';
import { FactAddress, Float, symbol } from '../../engine/value.ts';
import * as b from './build.ts';

const templates = [
  b.ordered('a'),
  b.ordered('b'),
  b.ordered('c'),
  b.template(
    'host',
    b.slot('name', { types: ['SYMBOL'], default: { kind: 'none' } }),
    b.slot('free', { types: ['INTEGER'], default: { kind: 'static', value: 0 } }),
    b.slot('load', { types: ['FLOAT'], default: { kind: 'static', value: new Float(0) } }),
    b.slot('tags', { multi: true }),
  ),
  b.template('rank', b.slot('of', { allowed: [symbol('low'), symbol('high')], allowsOthers: true })),
];

describe('facts from outside', () => {
  test('plain values are converted by the types of the slots', () => {
    const { session } = b.session({ templates });

    const fact = session.assert('host', { name: 'h1', free: 4, load: 1, tags: ['ssd', true] });

    expect(fact?.slots).toEqual({
      name: symbol('h1'),
      free: 4,
      load: new Float(1),
      tags: ['ssd', symbol('TRUE')],
    });
    expect(session.assert('host', { name: 'h1', free: 4, load: 1, tags: ['ssd', true] })).toBeNull();
    expect(session.assert('host', { name: 'h2' })?.index).toBe(2);
  });

  test.each([
    { slots: { free: 1 }, message: 'slot `name` of `host` needs a value' },
    { slots: { name: 1 }, message: 'slot `name` of `host` takes SYMBOL, not 1' },
    { slots: { name: 'h', free: 1.5 }, message: 'slot `free` of `host` takes INTEGER, not 1.5' },
    { slots: { name: 'h', free: [1, 2] }, message: 'slot `free` of `host` takes one value, not several' },
    { slots: { name: 'h', disk: 1 }, message: 'template `host` has no slot `disk`' },
  ])('$message', ({ slots, message }) => {
    const { session } = b.session({ templates });

    expect(() => session.assert('host', slots)).toThrow(new TypeError(message));
  });

  test('where the allowed symbols are named, other types are free', () => {
    const { session } = b.session({ templates });
    const middle = symbol('middle');
    expect(session.assert('rank', { of: symbol('high') })?.slots['of']).toBe(symbol('high'));
    expect(session.assert('rank', { of: 3 })?.slots['of']).toBe(3);
    expect(() => session.assert('rank', { of: middle })).toThrow(
      'slot `of` of `rank` takes low, high, not middle',
    );
  });

  test.each([0, 1, -1, 2 ** 30 - 1, 2 ** 30, -(2 ** 30), -(2 ** 30) - 1, 2 ** 31, 2 ** 53 - 1])(
    'the integer %s comes out as it went in, and equals itself alone',
    (number) => {
      const { session, output } = b.session({
        templates,
        rules: [b.rule('same', [b.tuple('a', '?x'), b.tuple('b', '?x')], [b.print('?x')])],
      });
      session.assert('a', { implied: [number] });
      session.assert('b', { implied: [number - 1] });
      session.assert('b', { implied: [number] });
      session.run();
      expect(output()).toBe(`${number}\n`);
    },
  );

  test('a slot may be called as what every JavaScript object has', () => {
    const { session } = b.session({ templates: [b.template('odd', 'constructor', 'toString')] });
    expect(session.assert('odd', {})?.slots).toEqual({ constructor: symbol('nil'), toString: symbol('nil') });
  });

  test('a fact is found by its index, listed by age, and modified under a new index', () => {
    const { session } = b.session({ templates });
    session.assert('a', { implied: [1] });
    session.assert('host', { name: 'h1' });

    expect(session.modify(1, { implied: [2] })?.index).toBe(3);
    expect([...session.facts()].map(({ index }) => index)).toEqual([2, 3]);
    expect(session.fact(1)).toBeUndefined();
    expect(session.retract(2)).toBe(true);
    expect(session.retract(2)).toBe(false);
  });
});

describe('firing', () => {
  test('a rule fires once for the same facts, and again for a fact that came anew', () => {
    const { session, output } = b.session({
      templates,
      rules: [b.rule('r', [b.tuple('a', '?x')], [b.print('?x')])],
    });
    session.assert('a', { implied: [1] });

    expect(session.run().fired).toBe(1);
    expect(session.run().fired).toBe(0);
    session.retract(1);
    session.assert('a', { implied: [1] });
    expect(session.run().fired).toBe(1);
    expect(output()).toBe('1\n1\n');
  });

  test('an error ends its firing, is told with its rule, and does not stop the run', () => {
    const { session, output } = b.session({
      templates,
      rules: [
        b.rule('bad', [], [b.bind('x', b.call('/', 1, 0)), b.print('never')], 1),
        b.rule('good', [], [b.print('after')]),
        b.rule('untestable', [b.tuple('a', '?x'), b.test(b.call('>', '?x', 1))], []),
      ],
    });
    session.assert('a', { implied: ['nothing'] });

    const result = session.run();

    expect(result.problems.map(({ rule, message }) => `${rule}: ${message}`)).toEqual([
      'untestable: `>` wants a number as argument 1, not "nothing"',
      'bad: `/` divides by zero',
    ]);
    expect(output()).toBe('after\n');
  });

  test.each([
    { strategy: 'canonical' as const, fired: 0 },
    { strategy: 'depth' as const, fired: 1 },
  ])(
    'a match that goes and comes back within one change fires again, but not under canonical: $strategy',
    ({ strategy, fired }) => {
      const one = b.pattern('p', { x: 1 });
      const rules = [
        // Its pattern is the older one, so it sees a fact last.
        b.rule('older', [one], [], -10),
        b.rule('all-are-one', [b.not(b.pattern('p', { x: '?x' }), b.not(one))], []),
      ];
      const { session } = b.session({ templates: [b.template('p', 'x')], rules }, strategy);
      const named = (): number => session.run().fired;
      expect(named()).toBe(1);
      session.assert('p', { x: 1 });
      expect(session.agenda().filter(({ rule }) => rule.name === 'all-are-one')).toHaveLength(fired);
    },
  );

  test('bounds: firings, steps within a firing, depth of calls, halt', () => {
    const again = b.rule(
      'again',
      [b.tuple('a', '?x')],
      [b.call('retract', new FactAddress(0).index), b.assert('a', b.call('+', '?x', 1))],
    );
    const endless = b.rule(
      'endless',
      [b.tuple('b')],
      [{ kind: 'while', test: b.expression('TRUE'), do: [] }],
    );
    const deep = b.rule('deep', [b.tuple('c')], [b.call('down', 1), b.call('halt')]);
    const down = b.deffunction('down', ['n'], [b.call('+', 1, b.call('down', b.call('+', '?n', 1)))]);
    const { session } = b.session({ templates, rules: [again, endless, deep], functions: [down] });

    session.assert('a', { implied: [1] });
    expect(session.run({ firingsMax: 5 })).toMatchObject({ fired: 5, limitReached: true, halted: false });
    for (const fact of session.facts('a')) session.retract(fact.index);
    session.assert('b', { implied: [] });
    expect(session.run({ stepsMax: 1000 }).problems[0]?.message).toBe('more than 1000 steps in one firing');
    session.assert('c', { implied: [] });
    expect(session.run().problems[0]?.message).toBe('`down` calls itself too deep');
  });

  test('calls nest as deep as the world says, wide ones less deep', () => {
    const down = b.deffunction('down', ['n'], [b.call('+', 1, b.call('down', b.call('+', '?n', 1)))]);
    const wide = b.deffunction(
      'wide',
      ['n'],
      [b.call('+', 1, b.call('+', 1, b.call('+', 1, b.call('wide', '?n'))))],
    );
    const rules = [
      b.rule('r', [b.tuple('a')], [b.call('down', 1)]),
      b.rule('s', [b.tuple('b')], [b.call('wide', 1)]),
    ];
    const deepest: Record<string, number> = {};
    const world = { functions: new Map(), write: () => undefined, nestingMax: 120 };
    const session = new Session(b.base({ templates, rules, functions: [down, wide] }), {
      strategy: 'depth',
      world,
    });
    session.listen({
      called: ({ name }, _, depth) => {
        deepest[name] = Math.max(deepest[name] ?? 0, depth);
      },
    });
    session.assert('a', { implied: [] });
    session.assert('b', { implied: [] });

    expect(
      session
        .run()
        .problems.map(({ message }) => message)
        .toSorted(),
    ).toEqual(['`down` calls itself too deep', '`wide` calls itself too deep']);
    // 3 and 4 expressions inside each other, and 2 for the call.
    expect(deepest).toEqual({ down: 24, wide: 20 });
  });

  test('a run ends where somebody wants it, within a loop and between firings', () => {
    let asks = 0;
    const again = b.rule(
      'again',
      [b.tuple('a', '?x')],
      [b.call('retract', '*'), b.assert('a', b.call('+', '?x', 1))],
    );
    const endless = b.rule(
      'endless',
      [b.tuple('b')],
      [{ kind: 'while', test: b.expression('TRUE'), do: [] }],
    );
    const world = { functions: new Map(), write: () => undefined, isInterrupted: () => (asks += 1) > 5 };
    const session = new Session(b.base({ templates, rules: [again, endless] }), { strategy: 'depth', world });

    session.assert('a', { implied: [1] });
    const told = [{ rule: '', message: 'interrupted' }];
    expect(session.run({ haltsOnProblem: true })).toMatchObject({ fired: 6, halted: true, problems: told });
    session.retract([...session.facts('a')][0]?.index ?? -1);
    session.assert('b', { implied: [] });
    expect(session.run({ haltsOnProblem: true })).toMatchObject({
      fired: 1,
      halted: true,
      problems: [{ rule: 'endless', message: 'interrupted' }],
    });
  });

  test('a host function sees the firing, may change facts, and its failure is a problem of the rule', () => {
    const seen: string[] = [];
    const { session } = b.session(
      { templates, rules: [b.rule('r', [b.tuple('a', '?x'), b.not(b.tuple('b'))], [b.call('grant', '?x')])] },
      'canonical',
      {
        grant: (values, firing, inner) => {
          seen.push(
            `${firing?.rule.name} ${firing?.facts.map((fact) => fact?.index ?? '*').join()} ${values.map((value) => printed(value)).join()}`,
          );
          if (values[0] === 3) throw new Error('no room');
          inner.assert('c', { implied: [...values] });
          return symbol('TRUE');
        },
      },
    );
    for (const x of [3, 1]) session.assert('a', { implied: [x] });

    expect(session.run().problems.map(({ message }) => message)).toEqual(['`grant`: no room']);
    expect(seen).toEqual(['r 2,* 1', 'r 1,* 3']);
    expect([...session.facts('c')]).toHaveLength(1);
  });

  test('listeners hear facts, activations and firings in order, until they stop', () => {
    const { session } = b.session({
      templates,
      rules: [b.rule('r', [b.tuple('a', '?x')], [b.assert('b', '?x')])],
    });
    const heard: string[] = [];
    const stop = session.listen({
      asserted: (fact) => heard.push(`==> ${fact.index}`),
      retracted: (fact) => heard.push(`<== ${fact.index}`),
      activated: ({ rule }) => heard.push(`==> ${rule.name}`),
      deactivated: ({ rule }) => heard.push(`<== ${rule.name}`),
      fired: ({ rule }) => heard.push(`fire ${rule.name}`),
    });
    session.assert('a', { implied: [1] });
    session.run();
    session.assert('a', { implied: [2] });
    session.retract(3);
    stop();
    session.assert('a', { implied: [3] });

    expect(heard).toEqual(['==> 1', '==> r', 'fire r', '==> 2', '==> 3', '==> r', '<== 3', '<== r']);
  });
});

describe('logical support', () => {
  const rules = [
    b.rule('l', [b.logical(b.tuple('a', '?x')), b.tuple('b')], [b.assert('c', '?x')]),
    b.rule(
      'chain',
      [b.logical(b.tuple('c', '?x'))],
      [b.assert('c', b.call('str-cat', '?x', 'x'))].slice(0, 0),
    ),
  ];

  test('a fact goes with its last support, and only conditions inside `logical` support it', () => {
    const { session } = b.session({ templates, rules });
    session.assert('a', { implied: [1] });
    session.assert('b', { implied: [] });
    session.run();
    session.retract(2);
    expect([...session.facts('c')]).toHaveLength(1);
    session.retract(1);
    expect([...session.facts('c')]).toHaveLength(0);
  });

  test('asserted from elsewhere it stands by itself for ever', () => {
    const { session } = b.session({ templates, rules });
    session.assert('a', { implied: [1] });
    session.assert('b', { implied: [] });
    session.run();
    expect(session.assert('c', { implied: [1] })).toBeNull();
    session.retract(1);
    expect([...session.facts('c')]).toHaveLength(1);
  });

  test('a rollback brings supports back', () => {
    const { session } = b.session({ templates, rules });
    session.assert('a', { implied: [1] });
    session.assert('b', { implied: [] });
    session.run();
    session.begin();
    session.retract(1);
    session.assert('a', { implied: [1] });
    session.assert('c', { implied: [1] });
    session.rollBack();

    expect(session.statistics().supports).toBe(1);
    expect([...session.facts()].map(({ index }) => index)).toEqual([1, 2, 3]);
    session.retract(1);
    expect([...session.facts('c')]).toHaveLength(0);
  });

  test.each([
    { strategy: 'canonical' as const, left: 0 },
    { strategy: 'depth' as const, left: 1 },
  ])(
    'a rule that is removed takes its support along under canonical only: $strategy',
    ({ strategy, left }) => {
      const { session } = b.session({ templates, rules }, strategy);
      session.assert('a', { implied: [1] });
      session.assert('b', { implied: [] });
      session.run();
      session.removeRule('l');
      expect([...session.facts('c')]).toHaveLength(left);
      session.retract(1);
      expect([...session.facts('c')]).toHaveLength(left);
      expect(session.statistics().supports).toBe(0);
    },
  );
});

describe('transactions', () => {
  test('globals, the next index and what had fired are as before', () => {
    const rules = [
      b.rule(
        'count',
        [b.tuple('a', '?x')],
        [{ kind: 'bind', name: 'n', global: true, values: [b.call('+', { kind: 'global', name: 'n' }, 1)] }],
      ),
    ];
    const { session } = b.session({ templates, rules, globals: [b.global('n', 0)] });
    for (const x of [1, 2]) session.assert('a', { implied: [x] });
    session.run({ firingsMax: 1 });
    const before = b.agendaOf(session);

    session.begin();
    for (const fact of session.facts()) session.retract(fact.index);
    for (const x of [5, 2, 1]) session.assert('a', { implied: [x] });
    session.run();
    expect(session.global('n')).toBe(4);
    session.rollBack();

    expect(session.global('n')).toBe(1);
    expect(b.agendaOf(session)).toEqual(before);
    expect(session.assert('a', { implied: [9] })?.index).toBe(3);
  });

  test('what was refreshed has fired again, as before', () => {
    const rules = [b.rule('r', [b.tuple('a', '?x')], [])];
    const { session } = b.session({ templates, rules });
    for (const x of [1, 2]) session.assert('a', { implied: [x] });
    session.run({ firingsMax: 1 });
    const before = b.agendaOf(session);

    session.begin();
    session.refresh('r');
    expect(session.agenda()).toHaveLength(2);
    session.rollBack();

    expect(b.agendaOf(session)).toEqual(before);
  });

  test('they do not nest, and rules can not change inside', () => {
    const { session } = b.session({ templates });
    session.begin();
    expect(() => session.begin()).toThrow('begin is not possible inside a transaction');
    expect(() => session.addRule(b.rule('r', []))).toThrow('addRule is not possible inside a transaction');
    session.commit();
    expect(() => session.rollBack()).toThrow('rollBack without begin');
  });
});

describe('the canonical strategy', () => {
  // What decides is what the facts say: neither the order in which they came nor what else was there before.
  test('fires alike whatever the order of assertion was', () => {
    const rules = [
      b.rule(
        'pair',
        [b.tuple('a', '?x'), b.tuple('a', [b.variable('y'), b.variable('x', true)])],
        [b.print('?x', '?y')],
      ),
      b.rule('first', [b.tuple('b', '$?', '?x', '$?')], [b.print('?x')], 5),
      b.rule('late', [b.or(b.tuple('b', '$?x'), b.tuple('a', '$?x'))], [b.print('?x')], -5),
    ];
    const facts = [1, 2, 'z', 'k'].map((x) => ['a', [x]] as const);
    const more = [['b', [1, 2]] as const, ['b', [3]] as const];
    const outputOf = (order: readonly (readonly [string, readonly (string | number)[]])[]): string => {
      const { session, output } = b.session({ templates, rules }, 'canonical');
      for (const [of, values] of order) session.assert(of, { implied: values });
      session.run();
      return output();
    };
    const expected = outputOf([...facts, ...more]);

    expect(expected).toMatch(/^1\n2\n3\n12\n1k\n1z\n21/);
    fc.assert(
      fc.property(fc.shuffledSubarray([...facts, ...more], { minLength: 6 }), (order) => {
        expect(outputOf(order)).toBe(expected);
      }),
      { numRuns: 50 },
    );
  });
});

describe('best', () => {
  const rules = [
    b.rule(
      'place',
      [
        b.tuple('a', '?need'),
        b.addressed(
          {
            ...b.pattern('host', {
              name: '?h',
              free: [b.variable('f'), b.predicate(b.call('>=', '?f', '?need'))],
            }),
          },
          'at',
        ),
      ]
        .slice(0, 1)
        .concat([
          b.best(
            b.pattern('host', {
              name: '?h',
              free: [b.variable('f'), b.predicate(b.call('>=', '?f', '?need'))],
            }),
            ['minimize', '?f'],
          ),
        ] as never[]),
      [b.print('?need', ' ', '?h')],
    ),
  ];

  test('follows the facts by difference, ties in canonical order', () => {
    const { session } = b.session({ templates, rules }, 'canonical');
    session.assert('a', { implied: [4] });
    const chosen = (): unknown =>
      session.agenda().map(({ facts }) => printed(facts[1]?.slots['name'] ?? 'none'));

    expect(chosen()).toEqual([]);
    session.assert('host', { name: 'h3', free: 8 });
    session.assert('host', { name: 'h2', free: 8 });
    expect(chosen()).toEqual(['h2']);
    session.assert('host', { name: 'h1', free: 5 });
    session.assert('host', { name: 'h0', free: 3 });
    expect(chosen()).toEqual(['h1']);
    session.modify(4, { free: 9 });
    expect(chosen()).toEqual(['h2']);
  });

  test('one left activation over a thousand facts evaluates each once', () => {
    let evaluations = 0;
    const counted = b.rule('r', [
      b.tuple('a'),
      b.best(b.pattern('host', { free: '?f' }), ['maximize', b.call('look', '?f')]),
    ]);
    const { session } = b.session({ templates, rules: [counted] }, 'canonical', {
      look: ([value]) => {
        evaluations += 1;
        return value ?? 0;
      },
    });
    for (let at = 0; at < 1000; at += 1) session.assert('host', { name: `h${at}`, free: (at * 7) % 1000 });
    session.assert('a', { implied: [] });

    expect(evaluations).toBe(1000);
    expect(session.agenda()[0]?.facts[1]?.slots['free']).toBe(999);
  });
});

describe('rules change while facts stand', () => {
  test('a new rule sees existing facts, a replaced one keeps its place', () => {
    const { session, output } = b.session(
      {
        templates,
        rules: [
          b.rule('r', [b.tuple('a', '?x')], [b.print('old')]),
          b.rule('s', [b.tuple('a', '?x')], [b.print('s')]),
        ],
      },
      'canonical',
    );
    session.assert('a', { implied: [1] });
    session.addRule(b.rule('r', [b.tuple('a', '?x')], [b.print('new')]));
    session.run();
    expect(output()).toBe('new\ns\n');
  });

  test('a rule may remove itself while it fires', () => {
    const { session, output } = b.session(
      {
        templates,
        rules: [
          b.rule(
            'r',
            [b.logical(b.tuple('a', '?x'))],
            [b.call('undefrule'), b.assert('b', '?x'), b.print('?x')],
          ),
        ],
      },
      'depth',
      { undefrule: (_, firing, inner) => symbol(String(inner.removeRule(firing?.rule.name ?? ''))) },
    );
    for (const x of [1, 2]) session.assert('a', { implied: [x] });
    expect(session.run().fired).toBe(1);
    expect(output()).toBe('2\n');
    expect([...session.facts('b')]).toHaveLength(0);
  });
});

test('every permutation of a short list of asserts and retracts leaves the same matches', () => {
  const rules = [
    b.rule('r', [b.tuple('a', '?x'), b.not(b.and(b.tuple('b', '?x'), b.not(b.tuple('c', '?x'))))]),
    b.rule('s', [b.forall(b.tuple('a', '?x'), b.tuple('c', '?x')), b.exists(b.tuple('b', '?y'))]),
    b.rule('t', [b.tuple('a', '?x'), b.tuple('a', '?x'), b.not(b.tuple('a', [b.variable('x', true)]))]),
  ];
  const steps = [
    ['a', 1, true],
    ['a', 2, true],
    ['b', 1, true],
    ['c', 1, true],
    ['a', 2, false],
    ['b', 2, true],
  ] as const;
  const outcomes = new Set<string>();
  for (const order of permutations(steps)) {
    // A retract counts only behind its assert.
    if (order.findIndex((each) => each === steps[4]) < order.findIndex((each) => each === steps[1])) continue;
    const { session } = b.session({ templates, rules }, 'canonical');
    for (const [of, x, comes] of order) {
      if (comes) session.assert(of, { implied: [x] });
      else
        for (const fact of session.facts(of))
          if (printed(fact.slots['implied'] ?? []) === `(${x})`) session.retract(fact.index);
    }
    outcomes.add(
      JSON.stringify(
        session
          .agenda()
          .map(({ rule, facts }) => [
            rule.name,
            facts.map((fact) => fact && [fact.template.name, fact.slots]),
          ]),
      ),
    );
  }
  expect(outcomes.size).toBe(1);
});

test('a condition that would change a fact is refused, and holds nothing of what it would have made', () => {
  const change = b.deffunction(
    'change',
    [],
    [
      {
        kind: 'modify',
        fact: b.expression(1),
        slots: [{ slot: 'x', values: [b.str('changed')] }],
      },
    ],
  );
  const { session } = b.session({
    templates: [b.template('t', 'x'), b.template('u', 'x')],
    functions: [change],
    rules: [b.rule('r', [b.pattern('u', { x: '?x' }), b.test(b.call('change'))], [])],
  });
  session.assert('t', { x: 1 });
  const { atoms } = session.statistics();
  for (const round of [1, 2, 3]) {
    const made = session.assert('u', { x: round });
    session.retract(made?.index ?? 0);
  }
  expect(session.run().problems.map(({ message }) => message)).toEqual(
    Array.from({ length: 3 }, () => 'a condition can not assert or retract'),
  );
  expect(session.statistics().atoms).toBe(atoms);
});

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item, at) => permutations(items.toSpliced(at, 1)).map((rest) => [item].concat(rest)));
}
