/* oxlint-disable unicorn/no-thenable -- `then` is a word of the language */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compare } from '../../dsl/compare.ts';
import { lexer } from '../../dsl/tokens.ts';
import type { Condition, Expression, Rule, RuleBase, Slot } from '../../engine/rule.ts';
import { Float, symbol, type Value } from '../../engine/value.ts';
import { compiled } from './check.ts';
import { policy } from './policy.ts';

function baseOf(...texts: readonly string[]): RuleBase {
  const { base, diagnostics } = compiled(...texts);
  if (base === null) throw new Error(JSON.stringify(diagnostics));
  return base;
}

function ruleOf(text: string): Rule {
  const [rule] = baseOf(`(deffacts known (a) (b) (c))\n${text}`).rules;
  if (rule === undefined) throw new Error('no rule');
  return rule;
}

function conditionOf(text: string): Condition | undefined {
  return ruleOf(`(defrule r (a ?x ?y $?z) ${text} => (assert (c ?x ?y ?z)))`).when[1];
}

function actionOf(text: string): Expression | undefined {
  return ruleOf(`(defrule r ?f <- (a ?x $?z) => ${text} (assert (c ?f ?x ?z)))`).then[0];
}

function slotOf(text: string): Slot | undefined {
  return baseOf(`(deftemplate t ${text})`).templates[0]?.slots[0];
}

const value = (of: Value): Expression => ({ kind: 'value', value: of });
const variable = (name: string, multi = false): Expression => ({ kind: 'variable', name, multi });

const withoutOrigins = (base: RuleBase | null): unknown =>
  JSON.parse(JSON.stringify(base, (key, part: unknown) => (key === 'origin' ? undefined : part))) as unknown;

describe('literals', () => {
  test.each<[string, Value]>([
    ['red', symbol('red')],
    ['<=', symbol('<=')],
    ['1x', symbol('1x')],
    ['1.5e', symbol('1.5e')],
    ['+', symbol('+')],
    ['a?b', symbol('a?b')],
    ['$x', symbol('$x')],
    ['8gb', symbol('8gb')],
    ['else', symbol('else')],
    ['"two \\"words\\" \\\\ ; (x)\n"', 'two "words" \\ ; (x)\n'],
    ['3', 3],
    ['+3', 3],
    ['-0', 0],
    ['9223372036854775807', 9_223_372_036_854_775_807n],
    ['1.', new Float(1)],
    ['-.5', new Float(-0.5)],
    ['1e3', new Float(1000)],
    ['8g', 8192],
    ['2w', 1_209_600],
    ['30min', 1800],
  ])('%s', (text, expected) => {
    const [facts] = baseOf(`(deffacts d (a ${text}))`).facts;
    expect(facts?.facts[0]?.slots).toEqual([{ slot: 'implied', values: [value(expected)] }]);
  });
});

describe('templates', () => {
  test.each<[string, Partial<Slot>]>([
    [
      '(slot s)',
      {
        multi: false,
        types: null,
        allowed: null,
        range: null,
        default: { kind: 'static', value: symbol('nil') },
      },
    ],
    ['(field s (type NUMBER))', { types: ['INTEGER', 'FLOAT'], default: { kind: 'static', value: 0 } }],
    [
      '(slot s (type FLOAT) (range 2.0 ?VARIABLE))',
      { range: [2, null], default: { kind: 'static', value: new Float(2) } },
    ],
    ['(slot s (type STRING))', { default: { kind: 'static', value: '' } }],
    [
      '(slot s (type LEXEME) (default ?DERIVE))',
      { types: ['SYMBOL', 'STRING'], default: { kind: 'static', value: symbol('nil') } },
    ],
    ['(slot s (default ?NONE))', { default: { kind: 'none' } }],
    ['(slot s (default 8g))', { default: { kind: 'static', value: 8192 } }],
    [
      '(slot s (allowed-symbols red green))',
      {
        types: ['SYMBOL'],
        allowed: [symbol('red'), symbol('green')],
        default: { kind: 'static', value: symbol('red') },
      },
    ],
    ['(slot s (allowed-values red 3))', { types: null, allowed: [symbol('red'), 3] }],
    ['(slot s (type SYMBOL STRING) (allowed-symbols red))', { types: ['SYMBOL', 'STRING'], allowed: null }],
    ['(multislot s)', { multi: true, default: { kind: 'static', value: [] } }],
    [
      '(multifield s (type INTEGER) (cardinality 2 3))',
      { cardinality: [2, 3], default: { kind: 'static', value: [0, 0] } },
    ],
    ['(multislot s (default a b))', { default: { kind: 'static', value: [symbol('a'), symbol('b')] } }],
    ['(multislot s (cardinality ?VARIABLE 3))', { cardinality: [0, 3] }],
  ])('%s', (text, expected) => {
    expect(slotOf(text)).toMatchObject(expected);
  });

  test('defaults that are computed', () => {
    expect(slotOf('(slot s (default (+ 1 2)))')?.default).toMatchObject({
      kind: 'once',
      expression: { kind: 'call', name: '+', arguments: [value(1), value(2)] },
    });
    expect(slotOf('(multislot s (default-dynamic 1 (+ 1 2)))')?.default).toMatchObject({
      kind: 'dynamic',
      expression: { kind: 'call', name: 'create$', arguments: [value(1), { kind: 'call', name: '+' }] },
    });
  });

  test('ordered facts get an implied template, wherever they are met first', () => {
    const { templates } = baseOf('(defrule r (seen ?x) => (assert (told ?x)))', '(deffacts d (seen 1))');
    expect(templates.map(({ name, implied }) => [name, implied])).toEqual([
      ['seen', true],
      ['told', true],
    ]);
  });
});

describe('conditions', () => {
  const bound = { kind: 'variable', name: 'v', multi: false, negated: false };
  test.each<[string, unknown]>([
    ['?', { multi: false, alternatives: [] }],
    ['$?', { multi: true, alternatives: [] }],
    ['$?v', { multi: true, alternatives: [[{ ...bound, multi: true }]] }],
    ['red', { multi: false, alternatives: [[{ kind: 'value', value: symbol('red'), negated: false }]] }],
    ['~?x', { multi: false, alternatives: [[{ ...bound, name: 'x', negated: true }]] }],
    [
      '1&~2|3',
      {
        multi: false,
        alternatives: [
          [
            { kind: 'value', value: 1, negated: false },
            { kind: 'value', value: 2, negated: true },
          ],
          [{ kind: 'value', value: 3, negated: false }],
        ],
      },
    ],
    [
      '?v&1|2',
      {
        multi: false,
        alternatives: [
          [bound, { kind: 'value', value: 1, negated: false }],
          [bound, { kind: 'value', value: 2, negated: false }],
        ],
      },
    ],
    [
      '?v&:(> ?v 3)&~=(+ ?x 1)',
      {
        multi: false,
        alternatives: [
          [
            bound,
            {
              kind: 'predicate',
              negated: false,
              expression: { kind: 'call', name: '>', arguments: [variable('v'), value(3)] },
            },
            {
              kind: 'equal',
              negated: true,
              expression: { kind: 'call', name: '+', arguments: [variable('x'), value(1)] },
            },
          ],
        ],
      },
    ],
  ])('field %s', (text, field) => {
    const uses = text.includes('v') ? '(test (neq ?v 0))' : '';
    const condition = conditionOf(`(b ${text}) ${uses}`);
    expect(condition).toMatchObject({
      kind: 'pattern',
      template: 'b',
      slots: [{ slot: 'implied', fields: [field] }],
    });
  });

  test.each<[string, unknown]>([
    ['(test (> ?x 3))', { kind: 'test', expression: { kind: 'call', name: '>' } }],
    ['(not (b ?x))', { kind: 'not', of: [{ kind: 'pattern', template: 'b' }] }],
    [
      '(or (b ?x) (and (c) (test (= ?x 1))))',
      { kind: 'or', of: [{ kind: 'pattern' }, { kind: 'and', of: [{ kind: 'pattern' }, { kind: 'test' }] }] },
    ],
    ['(exists (b ?x) (c))', { kind: 'exists', of: [{ template: 'b' }, { template: 'c' }] }],
    [
      '(forall (b ?x) (c ?x) (a ?x))',
      { kind: 'forall', each: { template: 'b' }, also: [{ template: 'c' }, { template: 'a' }] },
    ],
    [
      '(best (b ?n ?) (maximize ?n) (minimize (+ ?n ?x)))',
      {
        kind: 'best',
        pattern: { kind: 'pattern', template: 'b', address: null },
        criteria: [
          { order: 'maximize', by: variable('n') },
          { order: 'minimize', by: { kind: 'call', name: '+' } },
        ],
      },
    ],
  ])('%s', (text, condition) => {
    expect(conditionOf(text)).toMatchObject(condition as object);
  });

  test('an address, logical, salience, comment and place', () => {
    expect(
      ruleOf('(defrule r "why" (declare (salience (+ 1 2)))\n  (logical (a)) ?f <- (b) => (retract ?f))'),
    ).toMatchObject({
      name: 'r',
      comment: 'why',
      salience: { kind: 'call', name: '+' },
      when: [
        { kind: 'logical', of: [{ template: 'a' }] },
        { template: 'b', address: 'f', origin: { file: '1.clp', line: 3, column: 17 } },
      ],
      then: [{ kind: 'call', name: 'retract', arguments: [variable('f')] }],
      origin: { file: '1.clp', line: 2, column: 1 },
    });
  });
});

describe('actions', () => {
  test.each<[string, unknown]>([
    [
      '(assert (b 1 ?x) (c))',
      {
        kind: 'assert',
        facts: [
          { template: 'b', slots: [{ slot: 'implied', values: [value(1), variable('x')] }] },
          { template: 'c' },
        ],
      },
    ],
    [
      '(bind ?new ?x $?z)',
      {
        kind: 'bind',
        name: 'new',
        global: false,
        values: [variable('x'), variable('z', true)],
      },
    ],
    [
      '(if ?x then 1 else 2 3)',
      { kind: 'if', test: variable('x'), then: [value(1)], else: [value(2), value(3)] },
    ],
    ['(if ?x then then)', { kind: 'if', then: [value(symbol('then'))], else: [] }],
    ['(while ?x do (break))', { kind: 'while', test: variable('x'), do: [{ kind: 'break' }] }],
    ['(loop-for-count 3 (break))', { kind: 'loop-for-count', variable: null, from: value(1), to: value(3) }],
    [
      '(loop-for-count (?i 3) do ?i)',
      { kind: 'loop-for-count', variable: 'i', from: value(1), to: value(3), do: [variable('i')] },
    ],
    [
      '(loop-for-count (?i 2 ?x) ?i)',
      { kind: 'loop-for-count', variable: 'i', from: value(2), to: variable('x') },
    ],
    [
      '(foreach ?i ?z ?i ?i-index)',
      { kind: 'foreach', variable: 'i', list: variable('z'), do: [variable('i'), variable('i-index')] },
    ],
    ['(progn$ (?i ?z) ?i)', { kind: 'foreach', variable: 'i', list: variable('z') }],
    ['(progn$ ?z 1)', { kind: 'foreach', variable: '', list: variable('z'), do: [value(1)] }],
    [
      '(switch ?x (case 1 then 2 3) (default 4))',
      {
        kind: 'switch',
        on: variable('x'),
        cases: [{ value: value(1), do: [value(2), value(3)] }],
        otherwise: [value(4)],
      },
    ],
    ['(switch ?x (case 1 then 2))', { kind: 'switch', otherwise: null }],
    ['(return ?x)', { kind: 'return', value: variable('x') }],
    ['(return)', { kind: 'return', value: null }],
  ])('%s', (text, action) => {
    expect(actionOf(text)).toMatchObject(action as object);
  });

  test('slots of facts, named like functions too', () => {
    const base = baseOf(`
(deftemplate t (slot max (type INTEGER)) (multislot if))
(defrule r ?f <- (t (max ?m) (if $?all)) => (modify ?f (max (max ?m 1))) (duplicate ?f (if ?all 2)) (assert (t (if))))`);
    expect(base.rules[0]?.then).toMatchObject([
      {
        kind: 'modify',
        fact: variable('f'),
        slots: [{ slot: 'max', values: [{ kind: 'call', name: 'max' }] }],
      },
      { kind: 'duplicate', slots: [{ slot: 'if', values: [variable('all'), value(2)] }] },
      { kind: 'assert', facts: [{ template: 't', slots: [{ slot: 'if', values: [] }] }] },
    ]);
  });

  test('globals and functions', () => {
    const base = baseOf(
      '(defglobal ?*a* = 1 ?*b* = (+ ?*a* 2d)) (deffunction f "says" (?x $?y) (bind ?*a* ?y) ?x)',
    );
    expect(base.globals).toMatchObject([
      { name: 'a', value: value(1) },
      { name: 'b', value: { kind: 'call', arguments: [{ kind: 'global', name: 'a' }, value(172_800)] } },
    ]);
    expect(base.functions).toMatchObject([
      {
        name: 'f',
        parameters: ['x'],
        rest: 'y',
        body: [{ kind: 'bind', name: 'a', global: true }, variable('x')],
      },
    ]);
  });
});

describe('layout', () => {
  // Comments and line breaks are for people: between any two words they change neither the rules nor what compare sees.
  test('white space and comments change nothing', () => {
    const { tokens } = lexer.tokenize(policy);
    const plain = compiled(policy);
    const gaps = fc.array(fc.constantFrom(' ', '\n', '\t', '\r\n', ' ; (a comment" \n', '\u00A0'), {
      minLength: 1,
    });
    fc.assert(
      fc.property(gaps, (chosen) => {
        const laidOut = compiled(
          tokens.map(({ image }, index) => image + (chosen[index % chosen.length] ?? '')).join(''),
        );

        expect(withoutOrigins(laidOut.base)).toEqual(withoutOrigins(plain.base));
        expect(compare(plain.constructs, laidOut.constructs)).toEqual({
          added: [],
          changed: [],
          removed: [],
        });
      }),
      { numRuns: 40 },
    );
  });

  // The texts by which versions are compared are policies themselves, with the same meaning.
  test('the normalised texts compile to the same rules', () => {
    const plain = compiled(policy);
    const texts = plain.constructs.map(({ kind, text }) =>
      kind === 'defglobal' ? `(defglobal ${text})` : text,
    );
    expect(withoutOrigins(compiled(texts.join('\n')).base)).toEqual(withoutOrigins(plain.base));
  });
});

test('compare: what was added, changed, removed; what only moved is none of them', () => {
  const before = compiled(
    '(defglobal ?*a* = 1 ?*b* = 2) (defrule r (x 1) => (assert (y)))',
    '(deffacts d (x 1))',
  ).constructs;
  const after = compiled(
    '(deffacts d ; the same\n (x 1)) (defrule r (x 2) => (assert (y)))',
    '(defglobal ?*a* = 1 ?*c* = 3)',
  ).constructs;

  const { added, changed, removed } = compare(before, after);

  expect(added.map(({ kind, name }) => [kind, name])).toEqual([['defglobal', '?*c*']]);
  expect(changed.map(({ kind, name, text }) => [kind, name, text])).toEqual([
    ['defrule', 'r', '(defrule r (x 2) => (assert (y)))'],
  ]);
  expect(removed.map(({ kind, name, text }) => [kind, name, text])).toEqual([
    ['defglobal', '?*b*', '?*b* = 2'],
  ]);
});
