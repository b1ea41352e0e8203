import { expect, test } from '@jest/globals';
import { mayRecurse } from '../../dsl/recursion.ts';

const leaf = '(deffunction leaf (?n) (+ ?n 1))';
const over = '(deffunction over (?n) "a (text" (leaf ?n)) ; (over)';
const down = '(deffunction down (?n) (if (> ?n 0) then (down (- ?n 1))))';

test.each([
  { what: 'rules alone', text: '(defrule r (a) => (assert (b)))', expected: false },
  { what: 'functions that call others', text: leaf + over, expected: false },
  { what: 'one that calls itself', text: leaf + down, expected: true },
  { what: 'two that call each other', text: '(deffunction a () (b)) (deffunction b () (a))', expected: true },
  { what: 'one that calls itself as of its module', text: '(deffunction M::a () (M::a))', expected: true },
  { what: 'one that calls what it is told', text: '(deffunction a (?f) (funcall ?f))', expected: true },
  { what: 'one that sorts by what it is told', text: '(deffunction a (?f) (sort ?f 1 2))', expected: true },
  { what: 'one whose name holds signs', text: '(deffunction f:<g (?n) (f:<g ?n))', expected: true },
  { what: 'one with a comment before its name', text: '(deffunction ; c\n d (?n) (d ?n))', expected: true },
  {
    what: 'one that is called by name after a space',
    text: '(deffunction a (?f) ( funcall ?f))',
    expected: true,
  },
  { what: 'a file that nobody has seen', text: '(load "more.clp")', expected: true },
  { what: 'commands of a file', text: '(batch* more.clp)', expected: true },
  { what: 'constructs as text', text: '(build (str-cat ?x))', expected: true },
])('$what: $expected', ({ text, expected }) => {
  expect(mayRecurse(`${text}\n(run)\n(exit)\n`)).toBe(expected);
});

test('a program that does not end goes on with what is typed', () => {
  expect(mayRecurse('(run)')).toBe(true);
  expect(mayRecurse('(deffunction end () (exit))\n; (exit)\n(run)')).toBe(true);
});
