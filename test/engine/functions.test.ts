import { spawnSync } from 'node:child_process';

import { describe, expect, test } from '@jest/globals';

import { builtins } from '../../engine/functions/index.ts';
import { printed } from '../../engine/printed.ts';
import type { Expression } from '../../engine/rule.ts';
import { Float, symbol, type Value } from '../../engine/value.ts';
import * as b from './build.ts';

const f = (value: number): Expression => ({ kind: 'value', value: new Float(value) });
const big = (value: bigint): Expression => ({ kind: 'value', value });
const many = (...values: b.Short[]): Expression => b.call('create$', ...values);
const { call, str } = b;
const LONG_MAX = 9223372036854775807n;

/** What an expression gives, as `printout` prints it; or the problem that it meets. */
function result(of: Expression): string {
  const { session, output } = b.session({ rules: [b.rule('r', [], [b.call('printout', 't', of)])] });
  return session.run().problems[0]?.message ?? output();
}

const table: readonly (readonly [string, Expression])[] = [
  ['3', call('+', 1, 2)],
  ['3.5', call('+', 1, f(2.5))],
  ['-9223372036854775808', call('+', big(LONG_MAX), 1)],
  ['9223372036854775807', call('-', big(-LONG_MAX - 1n), 1)],
  ['9223372036854775806', call('-', big(LONG_MAX), 1)],
  ['-2', call('*', big(LONG_MAX), 2)],
  ['9007199254740993', call('+', Number.MAX_SAFE_INTEGER, 2)],
  ['2.0', call('/', 4, 2)],
  ['0.333333333333333', call('/', 1, 3)],
  ['0.1', call('/', 2, 4, 5)],
  ['-3', call('div', -7, 2)],
  ['3', call('div', f(7.9), 2)],
  ['-1', call('mod', -7, 3)],
  ['1.5', call('mod', f(7.5), 2)],
  ['8.0', call('**', 2, 3)],
  ['2.0', call('sqrt', 4)],
  ['2', call('round', f(2.5))],
  ['-3', call('round', f(-2.5))],
  ['-2', call('integer', f(-2.7))],
  ['2.0', call('max', 1, f(2))],
  ['1', call('min', 1, f(1))],
  ['-9223372036854775808', call('abs', big(-LONG_MAX - 1n))],
  ['1e+15', f(1e15)],
  ['1.23456789012346e+17', f(123456789012346000)],
  ['1e-05', f(0.00001)],
  ['0.0001', f(0.0001)],
  ['100000.0', f(100000)],
  ['1.0', call('float', 1)],
  ['FALSE', call('eq', 1, f(1))],
  ['TRUE', call('=', 1, f(1))],
  ['TRUE', call('<', 1, 2, 3)],
  ['FALSE', call('<', 1, 3, 2)],
  ['FALSE', call('<>', 1, 2, 1)],
  ['TRUE', call('neq', 'a', 'b', 'c')],
  ['TRUE', call('and', 1, 'x')],
  ['FALSE', call('or', 'FALSE', 'FALSE')],
  ['TRUE', call('evenp', -2)],
  ['ab1.52', call('str-cat', 'a', str('b'), f(1.5), 2)],
  ['ello', call('sub-string', 2, 30, str('hello'))],
  ['', call('sub-string', 3, 2, str('hello'))],
  ['2', call('str-index', str('b'), 'abc')],
  ['-1', call('str-compare', 'a', 'b')],
  ['ABC', call('upcase', 'aBc')],
  ['3.4', call('string-to-field', str('3.4 b'))],
  ['EOF', call('string-to-field', str(''))],
  ['(a "b c" 1.5)', many('a', str('b c'), f(1.5))],
  ['(a 1 2)', many('a', many(1, 2))],
  ['nil', call('nth$', 9, many('a'))],
  ['(2 3)', call('member$', many('b', 'c'), many('a', 'b', 'c'))],
  ['2', call('member$', 'b', many('a', 'b', 'c'))],
  ['FALSE', call('member$', 'z', many('a', 'b', 'c'))],
  ['(b c)', call('subseq$', many('a', 'b', 'c'), 2, 9)],
  ['(a)', call('subseq$', many('a', 'b', 'c'), 0, 1)],
  ['(c)', call('delete$', many('a', 'b', 'c'), 1, 2)],
  ['(x y z c)', call('replace$', many('a', 'b', 'c'), 1, 2, many('x', 'y', 'z'))],
  ['(q r a b)', call('insert$', many('a', 'b'), 1, many('q', 'r'))],
  ['(a "b c" 1.0 "(" x ")" "?y")', call('explode$', str('a "b c" 1.0 (x) ?y'))],
  ['a "b c" 2', call('implode$', many('a', str('b c'), 2))],
  ['(1 2 3 5)', call('sort', '>', many(3, 1, 2), 5)],
  ['(b)', call('delete-member$', many('a', 'b', 'a', 'c'), 'a', 'c')],
  ['(x b x c)', call('replace-member$', many('a', 'b', 'a', 'c'), 'x', 'a')],
  ['(c)', call('delete-member$', many('a', 'b', 'c', 'a', 'b'), many('a', 'b'))],
  ['TRUE', call('subsetp', many('a'), many('b', 'a'))],
  ['(b c)', call('rest$', many('a', 'b', 'c'))],
  ['()', call('first$', many())],
  [
    '   42|42   |03.25|hello|1.500000e+00|0.0001|A|ff|10|%|\n',
    call(
      'format',
      'nil',
      str('%5d|%-5d|%05.2f|%s|%e|%g|%c|%x|%o|%%|%n'),
      42,
      42,
      f(3.25159),
      'hello',
      f(1.5),
      f(0.0001),
      65,
      255,
      8,
    ),
  ],
];

/** An expression as text; only what the table above uses. */
function text(of: Expression): string {
  if (of.kind === 'value') return printed(of.value, { quoted: true });
  if (of.kind !== 'call') throw new Error(`the table holds no ${of.kind}`);
  return `(${[of.name, ...of.arguments.map(text)].join(' ')})`;
}

const hasClips = spawnSync('clips', ['-f2', '/dev/null'], { input: '(exit)\n' }).status === 0;

describe('functions', () => {
  test.each(table.map(([wanted, of]) => [text(of), wanted, of] as const))('%s is %s', (_, wanted, of) => {
    expect(result(of)).toBe(wanted);
  });

  test('CLIPS agrees with the whole table', () => {
    if (!hasClips) return;
    const commands = table.map(([, of]) => `(printout t ${text(of)} "\u0001")`);
    const { stdout } = spawnSync('clips', { input: `${commands.join('\n')}\n(exit)\n`, encoding: 'utf8' });
    const answers = stdout.split('CLIPS> ').slice(1, -1).join('').split('\u0001').slice(0, -1);
    expect(answers).toEqual(table.map(([wanted]) => wanted));
  });

  test.each<readonly [Expression, string]>([
    [call('evenp', 'a'), '`evenp` wants an integer as argument 1, not a'],
    [call('/', 1, 0), '`/` divides by zero'],
    [call('+', 'a', 1), '`+` wants a number as argument 1, not a'],
    [call('nth$', 1, 'a'), '`nth$` wants a multifield as argument 2, not a'],
    [call('delete$', many('a'), 2, 3), '`delete$` is asked for position 2 of 1'],
    [call('sqrt'), '`sqrt` does not take 0 arguments'],
    [call('nowhere', 1), 'there is no function `nowhere`'],
    [call('sqrt', -1), '`sqrt` is not defined for that number'],
    [b.expression('?x'), 'variable `?x` has no value'],
  ])('a problem is told: %#', (of, message) => {
    expect(result(of)).toBe(message);
  });

  test('each says what it does, and what it touches', () => {
    for (const [name, { purity, arity, comment }] of builtins) {
      expect({ name, comment }).not.toMatchObject({ comment: '' });
      expect(arity[1] === null || arity[1] >= arity[0]).toBe(true);
      expect(
        purity === 'pure' ||
          /^(printout|format|random|seed|timer?|gensym\*?|setgen|.*focus.*|.*-module|get-def.*-list)$/.test(
            name,
          ),
      ).toBe(true);
    }
  });
});

const resultOf = (
  actions: readonly Expression[],
  functions: Parameters<typeof b.deffunction>[] = [],
): string => {
  const { session, output } = b.session({
    templates: [b.ordered('a'), b.template('t', 'x', '$m')],
    functions: functions.map((each) => b.deffunction(...each)),
    rules: [b.rule('r', [], actions)],
  });
  const { problems } = session.run();
  return output() + problems.map(({ message }) => message).join();
};
const value = (of: Value): Expression => ({ kind: 'value', value: of });

describe('actions', () => {
  test('loops, breaks and returns', () => {
    expect(
      resultOf([
        { kind: 'loop-for-count', variable: 'i', from: value(1), to: value(3), do: [b.print('?i')] },
        { kind: 'foreach', variable: 'e', list: many('p', 'q'), do: [b.print('?e-index', '?e')] },
        b.bind('n', 0),
        {
          kind: 'while',
          test: b.expression('TRUE'),
          do: [
            b.bind('n', call('+', '?n', 1)),
            // oxlint-disable-next-line unicorn/no-thenable -- the word of the language, and never a function
            { kind: 'if', test: call('>', '?n', 4), then: [{ kind: 'break' }], else: [] },
          ],
        },
        b.print('?n'),
        {
          kind: 'switch',
          on: b.expression('?n'),
          cases: [
            { value: value(4), do: [b.print('four')] },
            { value: value(5), do: [b.print('five')] },
          ],
          otherwise: [b.print('other')],
        },
        { kind: 'return', value: null },
        b.print('never'),
      ]),
    ).toBe('1\n2\n3\n1p\n2q\n5\nfive\n');
  });

  test('functions with rest arguments and recursion', () => {
    const factorial: Parameters<typeof b.deffunction> = [
      'factorial',
      ['n'],
      [
        {
          kind: 'if',
          test: call('<=', '?n', 1),
          // oxlint-disable-next-line unicorn/no-thenable -- the word of the language, and never a function
          then: [{ kind: 'return', value: value(1) }],
          else: [],
        },
        call('*', '?n', call('factorial', call('-', '?n', 1))),
      ],
    ];
    const counted: Parameters<typeof b.deffunction> = [
      'counted',
      ['first'],
      [call('length$', '$?rest')],
      'rest',
    ];

    expect(resultOf([b.print(call('factorial', 20), ' ', call('factorial', 21))], [factorial])).toBe(
      '2432902008176640000 -4249290049419214848\n',
    );
    expect(resultOf([b.print(call('counted', 1, 2, many(3, 4)))], [counted])).toBe('3\n');
    expect(resultOf([b.print(call('counted'))], [counted])).toBe('`counted` does not take 0 arguments');
  });

  test('assert, modify, duplicate and the functions of facts', () => {
    expect(
      resultOf([
        b.bind('f', b.assertSlots('t', { x: [1], m: ['p', many('q')] })),
        b.print('?f', call('fact-slot-value', '?f', 'm'), call('fact-relation', '?f')),
        b.print(b.assertSlots('t', { x: [1], m: ['p', 'q'] })),
        b.bind('g', {
          kind: 'duplicate',
          fact: b.expression('?f'),
          slots: [{ slot: 'x', values: [value(2)] }],
        }),
        b.bind('h', { kind: 'modify', fact: b.expression('?f'), slots: [{ slot: 'm', values: [] }] }),
        b.print(call('fact-index', '?f'), ' ', call('fact-index', '?g'), ' ', call('fact-index', '?h')),
        b.print(call('fact-slot-value', '?h', 'm'), call('fact-existp', '?f'), call('get-fact-list')),
        b.assertSlots('t', { x: [1, 2] }),
      ]),
    ).toBe(
      '<Fact-1>(p q)t\nFALSE\n-1 2 3\n()FALSE(<Fact-2> <Fact-3>)\nslot `x` of `t` takes one value, not (1 2)',
    );
  });

  test('a symbol is a symbol whatever made it', () => {
    expect(symbol('a')).toBe(symbol(['a'].join('')));
    expect(
      resultOf([b.print(call('eq', call('sym-cat', 'a', 'b'), 'ab'), call('eq', str('ab'), 'ab'))]),
    ).toBe('TRUEFALSE\n');
  });
});
