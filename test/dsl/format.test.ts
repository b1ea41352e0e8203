import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { format } from '../../dsl/format.ts';
import { parse } from '../../dsl/parse.ts';
import { pieces } from '../../dsl/reader.ts';
import { Source } from '../../dsl/source.ts';
import { lexer } from '../../dsl/tokens.ts';
import { basePolicies, Rulebook } from '../../policies/rulebook.ts';
import { policy } from './policy.ts';
import { program } from './program.ts';

const reference = readFileSync(join(import.meta.dirname, '../../dsl/README.md'), 'utf8');
const shipped = [...new Rulebook([]).vocabulary, ...basePolicies()];

/** Every example of the reference that has no error of form, with its first line. */
const examples = [...reference.matchAll(/```clp\n([^]*?)```/g)]
  .map(([, text = '']) => text)
  .filter((text) => format(new Source('1.clp', text)).text !== null)
  .map((text) => [text.split('\n', 1)[0] ?? '', text] as const);

function formatted(text: string): string {
  const { text: result, diagnostics } = format(new Source('1.clp', text));
  expect(diagnostics).toEqual([]);
  return result ?? '';
}

/** What a text means, without the places of things. */
function treeOf(text: string): unknown {
  const { constructs, diagnostics } = parse(new Source('1.clp', text));
  return JSON.parse(
    JSON.stringify({ constructs, diagnostics }, (key, value: unknown) => {
      if (key === 'span') return undefined;
      return typeof value === 'bigint' ? `${value}n` : value;
    }),
  );
}

const commentsOf = (text: string): string[] =>
  text
    .replaceAll(/"(?:[^"\\]|\\[^])*"/g, '""')
    .split('\n')
    .flatMap((line) => line.match(/;.*/)?.[0].trim() ?? [])
    .toSorted();

// What stands between two words may be anything that is no word.
const gap = fc.oneof(
  { weight: 5, arbitrary: fc.constant(' ') },
  fc.constantFrom(
    '\n',
    '\n\n\n',
    '\t',
    '  \r\n ',
    ' ; a comment\n',
    '\n; on its line\n',
    '\n\n  ;two\n ; lines\n\n',
  ),
);

/** The same words with other gaps between them; a string, and what is glued to a parenthesis, needs none. */
function scattered(text: string, gaps: readonly string[]): string {
  let at = 0;
  const next = (): string => gaps[at++ % gaps.length] ?? ' ';
  return pieces(text)
    .flatMap(({ start, end }) => lexer.tokenize(text.slice(start, end)).tokens)
    .map(({ image }) => next() + image)
    .join(' ');
}

// A formatter is trusted with files that somebody wrote by hand: what they mean and what they say stays.
function checkFormat(text: string): void {
  const once = formatted(text);
  expect(treeOf(once)).toEqual(treeOf(text));
  expect(commentsOf(once)).toEqual(commentsOf(text));
  expect(formatted(once)).toBe(once);
  expect(once).not.toMatch(/[ \t]+$/m);
}

describe('format', () => {
  test('programs of every form keep their tree and their comments, and a second time changes nothing', () => {
    fc.assert(
      fc.property(program, fc.array(gap, { minLength: 1, maxLength: 30 }), (text, gaps) => {
        const plain = text.replaceAll('\n  lines', ' lines').replaceAll('\nlines', ' lines');
        checkFormat(scattered(plain, gaps));
        const once = formatted(text);
        expect(treeOf(once)).toEqual(treeOf(text));
        expect(formatted(once)).toBe(once);
      }),
      { numRuns: Number(process.env['RUNS'] ?? 200) },
    );
  });

  test.each([...shipped, { name: 'the policy of the tests', text: policy }])(
    '$name, however its words are spread',
    ({ text }) => {
      checkFormat(text);
      fc.assert(
        fc.property(fc.array(gap, { minLength: 1, maxLength: 30 }), (gaps) => {
          checkFormat(scattered(text, gaps));
        }),
        { numRuns: 10 },
      );
    },
  );

  test.each(examples)('the example %s', (_, text) => {
    checkFormat(text);
  });

  test('the example of the reference is in it', () => {
    const [, example = ''] = /## The house format[^]*?```clp\n([^]*?)```/.exec(reference) ?? [];
    expect(formatted(example)).toBe(example);
  });

  test.each(shipped)('$name is in the house format', ({ text }) => {
    expect(formatted(text)).toBe(text);
  });

  test('a text with errors is left alone', () => {
    const { text, diagnostics } = format(new Source('1.clp', '(deffacts a (b)\n(defrule c (d) => (e))'));
    expect(text).toBeNull();
    expect(diagnostics.map(({ code }) => code)).toEqual(['DSL1001']);
  });

  test.each([
    ['nothing', '', ''],
    ['comments alone', ';one\n\n\n\n; two', ';one\n\n; two\n'],
    ['a comment behind', '(deffacts a (b)) ; why', '(deffacts a\n  (b)) ; why\n'],
    [
      'comments inside',
      '(defrule a; first\n(b ; second\n ?x)\n\n\n; third\n(c ?x);fourth\n=>(d ?x) ; fifth\n; sixth\n)',
      `(defrule a ; first
  (b ; second
    ?x)

  ; third
  (c ?x) ;fourth
  =>
  (d ?x) ; fifth
  ; sixth
)
`,
    ],
    [
      'a construct in one line',
      '(defrule a "why" (declare (salience 10)) ?f<-(b (c ?x&~red | green)(d $? ?y)) (test (> ?x 3)) => (retract ?f))',
      `(defrule a "why"
  (declare (salience 10))
  ?f <- (b (c ?x&~red|green) (d $? ?y))
  (test (> ?x 3))
  =>
  (retract ?f))
`,
    ],
    ['globals', '(defglobal ?*a* = 1 ?*b* =(+ 1 2))', '(defglobal ?*a* = 1\n           ?*b* = (+ 1 2))\n'],
    [
      'templates',
      '(deftemplate a "why"(slot b(type SYMBOL))(multislot c))\n(deffacts some (a (b x)) (a (b y)(c)))',
      '(deftemplate a "why"\n  (slot b (type SYMBOL))\n  (multislot c))\n\n(deffacts some\n  (a (b x))\n  (a (b y) (c)))\n',
    ],
    [
      'long branches and loops',
      `(deffunction f (?a $?b) "why" (if (> (length$ ?b) 3) then (bind ?sum (+ ?a (length$ ?b))) (g ?sum) else (while (> ?a 10) do (bind ?a (- ?a 1)) (foreach ?one ?b (g ?one ?a "some more text to fill the line")))))`,
      `(deffunction f (?a $?b) "why"
  (if (> (length$ ?b) 3)
   then (bind ?sum (+ ?a (length$ ?b)))
        (g ?sum)
   else (while (> ?a 10) do
          (bind ?a (- ?a 1))
          (foreach ?one ?b (g ?one ?a "some more text to fill the line")))))
`,
    ],
  ])('%s', (_, text, wanted) => {
    expect(formatted(text)).toBe(wanted);
  });
});
