import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { compile } from '../../dsl/policy.ts';
import type { Condition, Rule, RuleBase } from '../../engine/rule.ts';
import { Session, type Strategy } from '../../engine/session.ts';
import * as b from './build.ts';

// What a network puts off, and what it foresees, shows in nothing but the time that it takes: programs by chance, in which rules take
// their own facts away and go on with others, run by the methods, which do everything at once, and by the source.

const value = fc.nat({ max: 3 }).map(String);
const state = fc.constantFrom('s1', 's1', 's2');
const slotValue = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('?', '?p', '?q') },
  { weight: 1, arbitrary: value },
  { weight: 1, arbitrary: fc.constantFrom('~?p', '~1') },
);

const pattern = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .tuple(fc.constantFrom('a', 'b'), slotValue, slotValue)
      .map(([of, x, y]) => `(${of} (x ${x}) (y ${y}))`),
  },
  { weight: 2, arbitrary: state.map((of) => `(state (is ${of}))`) },
);
const condition = fc.tuple(fc.constantFrom('', '', '', 'not', 'exists'), pattern);

const valueOrBound = fc.oneof(value, fc.constantFrom('?p', '?q'));
const action = fc.oneof(
  fc
    .tuple(fc.constantFrom('a', 'b'), valueOrBound, valueOrBound)
    .map(([of, x, y]) => `(assert (${of} (x ${x}) (y ${y})))`),
  state.map((of) => `(assert (state (is ${of})))`),
  fc.nat({ max: 2 }).map((at) => `(retract ?f${at})`),
  fc.tuple(fc.nat({ max: 2 }), valueOrBound).map(([at, to]) => `(modify ?f${at} (y ${to}))`),
  fc.tuple(fc.nat({ max: 2 }), state).map(([at, to]) => `(modify ?f${at} (is ${to}))`),
);

interface RuleDraw {
  readonly when: readonly (readonly [kind: string, pattern: string])[];
  readonly actions: readonly string[];
  readonly salience: number;
}

const ruleDraw: fc.Arbitrary<RuleDraw> = fc.record({
  when: fc.array(condition, { minLength: 1, maxLength: 4 }),
  actions: fc.array(action, { minLength: 1, maxLength: 4 }),
  salience: fc.constantFrom(0, 0, 0, 1, -1),
});

/** A rule begins with a fact, and its actions name no variable that no condition binds: then they are left out. */
function ruleText({ when, actions, salience }: RuleDraw, name: string): string {
  const bound = new Set<string>();
  const templates = new Map<string, string>();
  const conditions = when.map(([kind, text], at) => {
    if (kind !== '' && at > 0) return `(${kind} ${text.replaceAll(/~\?\w/gu, '?')})`;
    const shown = text.replaceAll(/~(\?\w)/gu, (each, other: string) => (bound.has(other) ? each : '?'));
    for (const [, variable] of shown.matchAll(/[^~](\?\w)/gu)) bound.add(variable as string);
    bound.add(`?f${at}`);
    templates.set(`?f${at}`, text.slice(1, 2));
    return `?f${at} <- ${shown}`;
  });
  const sound = actions.filter((text) => {
    const names = text.match(/\?\w+/gu) ?? [];
    if (!names.every((each) => bound.has(each))) return false;
    if (!text.startsWith('(modify')) return true;
    return (templates.get(names[0] ?? '') === 's') === text.includes('(is ');
  });
  const body = [`(declare (salience ${salience}))`, ...conditions, '=>', ...sound];
  return `(defrule ${name}\n  ${body.join('\n  ')})`;
}

const program = fc
  .record({
    rules: fc.array(ruleDraw, { minLength: 2, maxLength: 5 }),
    facts: fc.array(fc.tuple(fc.constantFrom('a', 'b'), value, value), { minLength: 2, maxLength: 8 }),
  })
  .map(({ rules, facts }) =>
    [
      '(deftemplate a (slot x) (slot y))',
      '(deftemplate b (slot x) (slot y))',
      '(deftemplate state (slot is))',
      `(deffacts all ${facts.map(([of, x, y]) => `(${of} (x ${x}) (y ${y}))`).join(' ')} (state (is s1)))`,
      ...rules.map((each, at) => ruleText(each, `r${at}`)),
    ].join('\n'),
  );

/** What is done before so many firings, and whether somebody looks at the agenda before each of them. */
interface Run {
  readonly firingsMax: number;
  readonly first: 'nothing' | 'remove' | 'add' | 'refresh' | 'assert' | 'allow-duplicates';
  readonly at: number;
  readonly looks: boolean;
}

const runs: fc.Arbitrary<Run[]> = fc.array(
  fc.record({
    firingsMax: fc.integer({ min: 1, max: 12 }),
    first: fc.constantFrom(
      'nothing',
      'nothing',
      'remove',
      'add',
      'add',
      'refresh',
      'assert',
      'allow-duplicates',
    ),
    at: fc.constantFrom(0, 0, 0, 1, 2),
    looks: fc.boolean(),
  }),
  { minLength: 1, maxLength: 5 },
);

function begin(session: Session, all: readonly Rule[], { first, at }: Run): void {
  const one = all[at % all.length] as Rule;
  if (first === 'remove') session.removeRule(one.name);
  else if (first === 'add') session.addRule(one);
  else if (first === 'refresh') session.refresh(one.name);
  else if (first === 'assert') session.assert('state', { is: 's1' });
  else if (first === 'allow-duplicates') session.factDuplication = !session.factDuplication;
}

function baseOf(text: string): RuleBase {
  const { base, diagnostics } = compile([{ name: 'program', text }], { functions: [] });
  if (base === null) throw new Error(JSON.stringify(diagnostics));
  return base;
}

/** Everything that can be seen of a session while it runs so many firings at a time. */
function outcomeOf(
  text: string,
  each: readonly Run[],
  sourceAfter: number,
  strategy: Strategy,
): { readonly seen: unknown; readonly foreseen: number } {
  const session = new Session(baseOf(text), {
    strategy,
    sourceAfter,
    world: { functions: new Map(), write: () => undefined },
  });
  const events: string[] = [];
  session.listen({
    fired: ({ rule: { name }, facts }) =>
      events.push(`${name} ${facts.map((fact) => fact?.index ?? '*').join(',')}`),
    asserted: ({ index }) => events.push(`+${index}`),
    retracted: ({ index }) => events.push(`-${index}`),
  });
  const all = session.rules();
  // The first rule comes later, if it does.
  session.removeRule((all[0] as Rule).name);
  for (const run of each) {
    begin(session, all, run);
    const { firingsMax, looks } = run;
    const { fired, limitReached, problems } = session.run({
      firingsMax,
      breaksAt: () => looks && session.agenda().length === 0,
    });
    events.push(`${fired} ${limitReached} ${problems.map(({ message }) => message).join('; ')}`);
    for (const {
      rule: { name },
      facts,
    } of session.agenda())
      events.push(`  ${name} ${facts.map((fact) => fact?.index ?? '*').join(',')}`);
  }
  const { tokens, entries, facts, foreseen } = session.statistics();
  session.reset();
  return { seen: { events, tokens, entries, facts, left: session.statistics().tokens }, foreseen };
}

test.each(['depth', 'breadth', 'lex'] as const)('putting off shows in nothing: %s', (strategy) => {
  let foreseen = 0;
  fc.assert(
    fc.property(program, runs, (text, each) => {
      const deferring = outcomeOf(text, each, 0, strategy);
      foreseen += deferring.foreseen;
      expect(deferring.seen).toEqual(outcomeOf(text, each, Infinity, strategy).seen);
    }),
    { numRuns: Number(process.env['CASES'] ?? (strategy === 'depth' ? 800 : 200)) },
  );
  expect(foreseen > 0).toBe(strategy === 'depth');
});

test('a rule that comes after others have been foreseen is foreseen too', () => {
  const text = `
(deftemplate step (slot n))
(deffacts all (step (n 0)))
(defrule go ?s <- (step (n ?n)) => (modify ?s (n (+ ?n 1))))
`;
  const late = '(defrule late (declare (salience 1)) ?s <- (step (n ?n)) => (modify ?s (n (+ ?n 10))))';
  const session = new Session(baseOf(text), {
    strategy: 'depth',
    sourceAfter: 0,
    world: { functions: new Map(), write: () => undefined },
  });
  session.run({ firingsMax: 20 });
  expect(session.statistics().foreseen).toBeGreaterThan(10);
  for (const rule of baseOf(text + late).rules) if (rule.name === 'late') session.addRule(rule);
  session.run({ firingsMax: 20 });
  expect([...session.facts('step')].map(({ slots }) => slots['n'])).toEqual([220]);
  expect(session.statistics().foreseen).toBeGreaterThan(30);
});

const other = (n: string): Condition => b.pattern('other', { n });

describe('in the middle of a firing', () => {
  const step = b.pattern('step', { n: '?n' });
  const go = b.rule(
    'go',
    [b.addressed(step, 's')],
    [
      b.print('on'),
      {
        kind: 'modify',
        fact: b.expression('?s'),
        slots: [{ slot: 'n', values: [b.call('+', '?n', 1)] }],
      },
    ],
  );
  const late: Rule = {
    ...b.rule('late', [step, b.not(other('?n'), other('?m'))], [b.print('late')]),
    salience: b.expression(5),
  };
  const base = b.base({
    templates: [b.template('step', 'n'), b.template('other', 'n')],
    facts: [b.deffacts('all', b.form('step', { n: [0] }))],
    rules: [go],
  });

  /** What fires, when something is done at the fifth time. */
  function fired(
    sourceAfter: number,
    on: 'printout' | 'firing',
    work: (session: Session) => void,
  ): readonly string[] {
    const names: string[] = [];
    let times = 0;
    const count = (from: typeof on): void => {
      if (from !== on) return;
      times += 1;
      if (times === 5) work(session);
    };
    const session: Session = new Session(base, {
      strategy: 'depth',
      sourceAfter,
      world: { functions: new Map(), write: () => count('printout') },
    });
    session.listen({
      fired: ({ rule: { name }, facts }) => {
        names.push(`${name} ${facts.map((fact) => fact?.index ?? '*').join(',')}`);
        count('firing');
      },
    });
    session.run({ firingsMax: 14 });
    return names;
  }

  test.each<[string, 'printout' | 'firing', (session: Session) => void]>([
    ['a rule comes', 'printout', (session) => session.addRule(late)],
    ['everything begins anew', 'firing', (session) => session.reset()],
    ['the agenda is looked at', 'firing', (session) => void session.agenda()],
  ])('%s', (_, on, work) => {
    const names = fired(0, on, work);
    expect(names).toHaveLength(14);
    expect(names).toEqual(fired(Infinity, on, work));
  });
});
