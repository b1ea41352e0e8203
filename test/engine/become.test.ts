import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { compile } from '../../dsl/policy.ts';
import type { Rule, RuleBase } from '../../engine/rule.ts';
import type { Fact, Session } from '../../engine/session.ts';
import { printed } from '../../engine/printed.ts';
import * as b from './build.ts';
import { ruleDraw, ruleOf, templates, value, withoutOr } from './draw.ts';

const text = ({
  template,
  slots,
}: {
  template: { name: string };
  slots: Readonly<Record<string, unknown>>;
}): string =>
  `${template.name} ${Object.values(slots)
    .map((each) => printed(each as number))
    .join(' ')}`;

const facts = (session: Session): string[] => [...session.facts()].map(text);

/** The agenda without indexes, which differ between a session that has lived and one built anew. */
const waiting = (session: Session): unknown =>
  session
    .agenda()
    .map(({ rule, salience, facts: matched }) => [
      rule.name,
      rule.origin.line,
      salience,
      matched.map((fact) => fact && text(fact)),
    ]);

const moved = (rule: Rule): Rule => ({ ...rule, origin: { ...rule.origin, line: 7 } });
const renamed = (rule: Rule, name: string): Rule => ({ ...rule, name });

const given = fc.array(fc.record({ of: fc.constantFrom('a', 'b'), x: value, y: value }), { maxLength: 8 });

// A difference is quick because it leaves alone what stays; building anew is right because nothing is left. Nothing has fired
// here, so the two agendas are the same to the last activation.
test('a session that becomes another rule base is as if it was built with it', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.record({ rule: ruleDraw, before: fc.boolean(), after: fc.boolean(), moves: fc.boolean() }),
        {
          maxLength: 5,
        },
      ),
      fc.array(ruleDraw, { maxLength: 2 }),
      given,
      (draws, changed, asserted) => {
        const named = draws.map((draw, number) => ({ ...draw, rule: ruleOf(withoutOr(draw.rule), number) }));
        const old = b.base({
          templates,
          rules: named.filter(({ before }) => before).map(({ rule }) => rule),
        });
        // Some rules go, some come, some only stand elsewhere, and the first ones may say something else.
        const rules = named
          .filter(({ after }) => after)
          .map(({ rule, moves }, at) => {
            const draw = changed[at];
            if (draw !== undefined) return renamed(ruleOf(withoutOr(draw), at), rule.name);
            return moves ? moved(rule) : rule;
          });
        const current = b.base({ templates, rules });
        const { session } = b.session(old, 'canonical');
        const { session: anew } = b.session(current, 'canonical');
        for (const { of, x, y } of asserted) {
          session.assert(of, { x, y });
          anew.assert(of, { x, y });
        }
        session.become(current, () => true);
        expect(waiting(session)).toEqual(waiting(anew));
        session.become(old, () => true);
        session.become(current, () => false);
        expect([...session.facts()]).toEqual([]);
        expect(session.statistics().words).toBe(b.session(current, 'canonical').session.statistics().words);
      },
    ),
    { numRuns: Number(process.env['RUNS'] ?? 300) },
  );
});

const dividing = (name: string): string => `(defrule ${name} (a (x ?x&:(> (div 1 ?x) 5))) =>)\n`;

function baseOf(policy: string): RuleBase {
  const { base } = compile([{ name: 'text', text: policy }], { functions: [] });
  if (base === null) throw new Error('the text has errors');
  return base;
}

/** Where the problems of a run with a word for a number are told. */
const placesOf = (session: Session): string[] => {
  session.assert('a', { x: 'word' });
  const { problems } = session.run();
  session.retract([...session.facts('a')].at(-1)?.index ?? 0);
  return problems.map(({ rule, origin }) => `${rule} ${origin.line}:${origin.column}`).toSorted();
};

const limit = (of: number): RuleBase['facts'][number] =>
  b.deffacts('limits', {
    template: 'limit',
    slots: [{ slot: 'implied', values: [b.expression(of)] }],
    origin: b.origin,
  });

describe('becoming another rule base', () => {
  const ordered = ['a', 'b', 'limit'].map(b.ordered);
  const rules = [b.rule('r', [b.tuple('a', '?x')], [b.print('r ', '?x')])];

  test('a rule that stays does not fire again for what it has fired for', () => {
    const { session, output } = b.session({ templates: ordered, rules }, 'canonical');
    session.assert('a', { implied: [1] });
    session.run();
    session.become(
      b.base({
        templates: ordered,
        rules: [b.rule('first', [b.tuple('a', '?x')], [b.print('new')]), ...rules],
      }),
      () => true,
    );
    session.run();
    expect(output()).toBe('r 1\nnew\n');
  });

  test('what deffacts no longer say goes, what they say now comes, what is kept or supported stays', () => {
    const supporting = b.rule('s', [b.logical(b.tuple('a', '?x'))], [b.assert('b', '?x')]);
    const before = b.base({ templates: ordered, facts: [limit(1)], rules: [supporting] });
    const { session } = b.session(before, 'canonical');
    session.assert('a', { implied: [1] });
    const kept = [...session.facts('a')][0]?.index;
    session.assert('b', { implied: [9] });
    session.run();
    session.become({ ...before, facts: [limit(2)] }, (index) => index === kept);
    expect(facts(session)).toEqual(['a (1)', 'b (1)', 'limit (2)']);
  });

  test.each([
    {
      name: 'function',
      with: (of: number) => ({ functions: [b.deffunction('bound', [], [b.expression(of)])] }),
      by: b.call('bound'),
    },
    {
      name: 'global',
      with: (of: number) => ({ globals: [b.global('bound', of)] }),
      by: { kind: 'global', name: 'bound' } as const,
    },
  ])('a rule whose condition asks a $name that has changed matches anew', ({ with: parts, by }) => {
    const above = b.rule('above', [
      b.tuple('a', [b.variable('x'), b.predicate(b.call('>', '?x', b.call('twice')))]),
    ]);
    const twice = b.deffunction('twice', [], [b.call('*', 2, by)]);
    const base = (of: number): RuleBase => {
      const { functions = [], globals = [] } = parts(of) as Partial<RuleBase>;
      return b.base({ templates: ordered, rules: [above], globals, functions: [...functions, twice] });
    };
    const { session } = b.session(base(1), 'canonical');
    for (const x of [1, 2, 3, 4, 5]) session.assert('a', { implied: [x] });
    expect(session.agenda()).toHaveLength(3);
    session.become(base(2), () => true);
    expect(session.agenda()).toHaveLength(1);
  });

  test('a template that has another slot loses its facts, and its rules match the new ones', () => {
    const matching = b.rule('m', [b.pattern('t', { x: '?x' })]);
    const { session } = b.session({ templates: [b.template('t', 'x')], rules: [matching] }, 'canonical');
    session.assert('t', { x: 1 });
    session.become(b.base({ templates: [b.template('t', 'y', 'x')], rules: [matching] }), () => true);
    expect(session.agenda()).toHaveLength(0);
    session.assert('t', { x: 1, y: 2 });
    expect(session.agenda()).toHaveLength(1);
  });

  test('a condition that two rules share tells its problems as those of the rule that stays', () => {
    const session = b.session({}, 'canonical').session;
    session.become(baseOf(`(deftemplate a (slot x))\n${dividing('first')}${dividing('second')}`), () => true);
    session.become(baseOf(`(deftemplate a (slot x))\n\n\n${dividing('second')}`), () => true);
    session.assert('a', { x: 0 });
    expect(session.run().problems).toMatchObject([{ rule: 'second', origin: { line: 4 } }]);
  });

  test('what stands elsewhere now tells its problems there, and has not fired anew', () => {
    const policy = `
(deftemplate a (slot x))
(deffunction half (?x)
  (/ ?x 2))
(defrule compares
  (a (x ?x&:(> ?x 0)))
  =>)
(defrule tests
  (a (x ?x))
  (test (neq 1
             (half ?x)))
  =>
  (+ ?x 1))
`;
    const session = b.session({}, 'canonical').session;
    session.become(baseOf(policy), () => true);
    session.assert('a', { x: 4 });
    expect(session.run().fired).toBe(2);
    const places = placesOf(session);
    expect(places).toEqual(['compares 6:13', 'tests 4:3']);
    for (const lines of [3, 1, 0]) {
      session.become(baseOf('\n'.repeat(lines) + policy), () => true);
      expect(session.run().fired).toBe(0);
      expect(placesOf(session)).toEqual([`compares ${6 + lines}:13`, `tests ${4 + lines}:3`]);
    }
  });
});

// So many that they are sorted rather than heaped, and some that come and go in between.
test('many activations fire in canonical order, in whatever order their facts came and went', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ x: fc.nat(400), firings: fc.constantFrom(0, 0, 0, 1, 3, 80) }), {
        minLength: 150,
        maxLength: 400,
      }),
      (steps) => {
        const { session } = b.session(
          { templates: [b.ordered('a')], rules: [b.rule('r', [b.tuple('a', '?x')])] },
          'canonical',
        );
        const standing = new Map<number, number>();
        const wanted = new Set<number>();
        const fired: number[] = [];
        session.listen({
          fired: ({ facts: [fact] }) => {
            const [x] = (fact as Fact).slots['implied'] as number[];
            fired.push(x as number);
          },
        });
        for (const { x, firings } of steps) {
          const known = standing.get(x);
          if (known !== undefined) {
            session.retract(known);
            standing.delete(x);
            wanted.delete(x);
          } else {
            standing.set(x, session.assert('a', { implied: [x] })?.index as number);
            wanted.add(x);
          }
          if (firings === 0) continue;
          const first = [...wanted].toSorted((one, other) => one - other).slice(0, firings);
          fired.length = 0;
          session.run({ firingsMax: firings });
          expect(fired).toEqual(first);
          for (const each of first) wanted.delete(each);
        }
        expect(session.agenda()).toHaveLength(wanted.size);
      },
    ),
    { numRuns: 60 },
  );
});
