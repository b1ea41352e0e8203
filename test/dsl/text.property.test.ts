import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { rendered } from '../../dsl/policy.ts';
import { depthMax, pieces } from '../../dsl/reader.ts';
import { closest, editDistance } from '../../dsl/suggest.ts';
import { quantity } from '../../dsl/units.ts';
import { compiled } from './check.ts';
import { policy } from './policy.ts';

// The words of the language, and what is on the keys beside them.
const words = String.raw`
  ( ) ( ) ( ) " \ ; & | ~ ? $? => <- = : < * (defrule (deftemplate (deffacts (defglobal (deffunction (defmodule
  (slot (multislot (default (type (range ?NONE (allowed-symbols SYMBOL INTEGER (declare (salience lease (lease
  (not (and (or (exists (forall (test (logical (best (maximize (assert (modify (bind (if then else (while do
  (loop-for-count (foreach (progn$ (switch (case (return (break) (refuse (printout ?x $?x ?*x* ?f x 1 -1.5e3 8g
  "text" 😀 99999999999999999999 1e999`
  .split(/\s+/)
  .concat('\n', '\n(defrule r', '\u201C', '\u0000', '\u00A0');

const jumble = fc.array(fc.constantFrom(...words), { maxLength: 60 }).map((parts) => parts.join(' '));
const glued = fc.array(fc.constantFrom(...words), { maxLength: 60 }).map((parts) => parts.join(''));
const anything = fc.oneof(fc.string({ unit: 'binary', maxLength: 200 }), jumble, glued);

describe('any text', () => {
  // Bad text is everyday input: whatever is posted as a policy gives a rule base or the reasons why not.
  test('compiles to a value or to diagnostics, never to an exception', () => {
    fc.assert(
      fc.property(anything, anything, (first, second) => {
        const { base, diagnostics } = compiled(first, second);

        const errors = diagnostics.filter((diagnostic) => diagnostic.severity === 'error');
        expect(base === null).toBe(errors.length > 0);
        expect(
          rendered(diagnostics, [
            { name: '1.clp', text: first },
            { name: '2.clp', text: second },
          ]),
        ).toContain('error');
        for (const { span, message } of diagnostics) {
          const line = [first, second][Number.parseInt(span.file) - 1]?.split('\n')[span.line - 1];
          expect(span.column).toBeGreaterThan(0);
          expect(span.column - 1).toBeLessThanOrEqual(line?.length ?? -1);
          expect(message).not.toMatch(/undefined|\[object|NaN/);
        }
      }),
      { numRuns: 1500 },
    );
  });

  // One character more, less or other in a good policy: what people's mistakes look like.
  test('a policy with a typing error is compiled or explained', () => {
    const edit = fc.record({
      at: fc.nat(policy.length - 1),
      cut: fc.nat(2),
      put: fc.oneof(fc.constant(''), fc.constantFrom(...words), fc.string({ maxLength: 2 })),
    });
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 3 }), (edits) => {
        let text = policy;
        for (const { at, cut, put } of edits) text = text.slice(0, at) + put + text.slice(at + cut);
        const { base, diagnostics } = compiled(text);

        expect(base === null).toBe(diagnostics.some((diagnostic) => diagnostic.severity === 'error'));
      }),
      { numRuns: 1500 },
    );
  });

  test.each([
    ['opening parentheses', '('],
    ['closing parentheses', ')'],
    ['rules left open', '\n(defrule a'],
    ['quotes', '"'],
    ['quotes before constructs', '"\n(defrule a '],
    ['nested conditions', '(defrule a (not '],
    ['alternatives', 'a|'],
    ['broken conditions', '(a &)'],
    ['broken rules', '(defrule a (a &) (b |) => (if) (assert))\n'],
  ])('20,000 characters of %s', (_, part) => {
    for (const start of ['', '(defrule a ', '(defrule a (b ', '(deftemplate t (slot a (default ']) {
      const { diagnostics } = compiled(start + part.repeat(20_000 / part.length));
      expect(diagnostics.length).toBeGreaterThan(0);
    }
  });
});

describe('reader', () => {
  // The reader must lose nothing: between two pieces stands nothing but white space and comments.
  test('pieces lie in order, and only blanks and comments lie between them', () => {
    fc.assert(
      fc.property(anything, (text) => {
        let at = 0;
        for (const piece of [...pieces(text), { start: text.length, end: text.length }]) {
          expect(
            text
              .slice(at, piece.start)
              .replaceAll(/;[^\n]*/g, '')
              .trim(),
          ).toBe('');
          expect(piece.end).toBeGreaterThanOrEqual(piece.start);
          at = piece.end;
        }
      }),
      { numRuns: 1000 },
    );
  });

  test('a closed form is balanced, strings and comments apart', () => {
    fc.assert(
      fc.property(anything, (text) => {
        for (const piece of pieces(text)) {
          if (piece.kind === 'stray' || piece.open > 0) continue;
          const bare = text.slice(piece.start, piece.end).replaceAll(/"(?:[^"\\]|\\[^])*"|;[^\n]*/g, '');
          expect(bare.replaceAll(/[^(]/g, '')).toHaveLength(bare.replaceAll(/[^)]/g, '').length);
        }
      }),
      { numRuns: 1000 },
    );
  });

  test('depth is counted where it is crossed', () => {
    const text = `${'('.repeat(depthMax + 5)}${')'.repeat(depthMax + 5)}`;
    expect(pieces(text)).toEqual([
      { kind: 'form', start: 0, end: text.length, open: 0, openString: null, tooDeep: depthMax },
    ]);
  });
});

describe('words', () => {
  test('distances are those of the definition', () => {
    const plain = (a: string, b: string): number => {
      if (a === '' || b === '') return a.length + b.length;
      const replaced = plain(a.slice(1), b.slice(1)) + (a[0] === b[0] ? 0 : 1);
      const swapped =
        a.length > 1 && a[0] === b[1] && a[1] === b[0] ? plain(a.slice(2), b.slice(2)) + 1 : Infinity;
      return Math.min(replaced, swapped, plain(a.slice(1), b) + 1, plain(a, b.slice(1)) + 1);
    };
    const short = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 5 });
    fc.assert(
      fc.property(short, short, fc.integer({ min: 1, max: 6 }), (a, b, limit) => {
        expect(editDistance(a, b, limit)).toBe(Math.min(limit, plain(a, b)));
      }),
    );
  });

  test.each([
    ['holdr', 'holder'],
    ['hodler', 'holder'],
    ['Holder', 'holder'],
    ['hldr', 'holder'],
    ['id', null],
    ['lease', null],
    ['x', null],
  ])('nearest to %s is %s', (name, near) => {
    expect(closest(name, ['holder', 'hours', 'y'])).toBe(near);
  });

  test.each([
    ['512m', 512],
    ['8g', 8192],
    ['1.5g', 1536],
    ['2t', 2_097_152],
    ['30s', 30],
    ['30min', 1800],
    ['1.1h', 3960],
    ['3d', 259_200],
    ['-2w', -1_209_600],
    ['0d', 0],
    ['1.3m', null],
    ['9999999999999t', null],
    ['3y', null],
  ])('%s is %s', (text, value) => {
    expect(quantity(text)).toBe(value);
  });
});
