import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compile } from '../../dsl/policy.ts';
import { matchNaively } from '../../engine/naive.ts';
import { conditionWritten } from '../../engine/view/written.ts';
import { primitives as cloud } from '../../policies/primitives.ts';
import { basePolicies, Rulebook } from '../../policies/rulebook.ts';
import * as b from '../engine/build.ts';
import { ruleDraw, ruleOf } from '../engine/draw.ts';
import { check, compiled } from './check.ts';

describe('a rule that never matches', () => {
  test.each([
    [
      'values that the slot does not take',
      `
(deftemplate host (slot status (allowed-symbols ready off)) (slot load (type INTEGER) (range 0 100)))
(defrule a (host (status ~ready&~off) (load ?)) => (assert (b)))
                         ^^^^^^^^^^^ DSL3002 no value of slot \`status\` is all of this: the rule never matches
(defrule c (host (status ?s&~ready) (load ?l&:(> ?l 100))) => (assert (d ?s ?l)))
                                          ^^^^^^^^^^^^^^ DSL3002 no value of slot \`load\` is all of this: the rule never matches
(defrule e (host (status ?) (load ?l&:(and (> ?l 3) (< ?l 4)))) => (assert (f ?l)))
                                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^ DSL3002 no value of slot \`load\` is all of this: the rule never matches
`,
    ],
    [
      'a variable that is something else already',
      `
(deftemplate host (slot name) (slot status (allowed-symbols ready off)))
(deftemplate wish (slot host) (slot status (allowed-symbols ready off)))
(defrule a (host (name ?h) (status ?s&ready)) (wish (host ?h) (status ?s&off)) => (assert (b ?h ?s)))
                                                                      ^^^^^^ DSL3002 no value of slot \`status\` is all of this: the rule never matches
(defrule c (host (name ?h) (status ?s&ready)) (wish (host ?h) (status ~?s&~off)) => (assert (d ?h)))
                                                                      ^^^^^^^^ DSL3002 no value of slot \`status\` is all of this: the rule never matches
`,
    ],
    [
      'a test',
      `
(deffacts some (a 1 2))
(defrule b (a ?x ?y) (test (= ?x 3)) (test (or (< ?x 3) (and (neq ?x ?x) (> ?y 0)))) => (assert (c ?x ?y)))
                                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ DSL3002 this is never so: the rule never matches
(defrule d (a ?x ?y) (test (> 1 2)) => (assert (e ?x ?y)))
                     ^^^^^^^^^^^^^^ DSL3002 this is never so: the rule never matches
`,
    ],
    [
      'what stands in a group, and one way of an or',
      `
(deftemplate host (slot name) (slot load (type INTEGER) (range 0 100)))
(defrule a (host (name ?h) (load ?)) (not (host (name ?h) (load ?l&:(< ?l 0)))) => (assert (b ?h)))
                                                                ^^^^^^^^^^^^ DSL3002 no value of slot \`load\` is all of this: the \`not\` always holds
(defrule c (or (host (load 3&4)) (host (name ?h) (load 5&~?h))) => (assert (d)))
                           ^^^ DSL3002 no value is all of this: the rule never matches
(defrule e (or (host (load ?_x&:(> ?_x 100))) (host (load 5))) => (assert (f)))
                           ^^^^^^^^^^^^^^^^ DSL3002 no value of slot \`load\` is all of this: this way the rule never matches
`,
    ],
    [
      'nothing is said of what may be',
      `
(deftemplate host (slot name) (slot status (allowed-symbols ready off)) (slot load (type INTEGER) (range 0 100)))
(defglobal ?*most* = 200)
(defrule a (host (name ?h) (status ~ready) (load ?l&:(> ?l ?*most*)))
           (host (name ?g&~?h) (status ?s&~off) (load ~?l))
           (test (or (> ?l 99) (eq ?s ready) (str-index "x" ?g)))
  => (assert (b ?h ?g)))
(defrule c (or (host (status ready)) (host (status off) (load ?_l&:(> ?_l 3)))) (host (status ?x)) => (assert (d ?x)))
`,
    ],
  ])('%s', (_, text) => {
    check(text);
    expect(compiled(text.replaceAll(/^ *\^+ DSL.*$/gm, '')).base).not.toBeNull();
  });

  // Whoever is told that a rule never matches deletes it: it must be true whatever facts there are.
  test('is not told of a rule that matches something', () => {
    const declared = `
(deftemplate a (slot x (type INTEGER) (range 0 2)) (slot y (type INTEGER) (range 0 2)))
(deftemplate b (slot x (type INTEGER) (range 0 2)) (slot y (type INTEGER) (allowed-integers 0 1 2)))
(deftemplate m (slot k (type INTEGER)) (multislot items (type INTEGER)))
`;
    const digit = fc.nat({ max: 2 });
    const facts = fc.array(
      fc.record({
        of: fc.constantFrom('a', 'b', 'm'),
        x: digit,
        y: digit,
        items: fc.array(digit, { maxLength: 3 }),
      }),
      { maxLength: 10 },
    );
    let told = 0;
    fc.assert(
      fc.property(ruleDraw, fc.array(facts, { minLength: 1, maxLength: 4 }), (draw, sets) => {
        const text = `${declared}(defrule r ${ruleOf(draw, 0)
          .when.map((each) => conditionWritten(each))
          .join(' ')} =>)`;
        const { base, diagnostics } = compile([{ name: 'r.clp', text }], { functions: [] });
        const never = diagnostics.filter(({ message }) => message.endsWith(': the rule never matches'));
        if (base === null || never.length === 0) return;
        told += 1;
        for (const set of sets) {
          const { session } = b.session(base);
          for (const { of, x, y, items } of set) session.assert(of, of === 'm' ? { k: x, items } : { x, y });
          expect(matchNaively(base.rules, [...session.facts()])).toEqual([]);
        }
      }),
      { numRuns: Number(process.env['RUNS'] ?? 1500) },
    );
    expect(told).toBeGreaterThan(5);
  });
});

test('a slot that nothing reads', () => {
  check(`
(deftemplate lease (slot id) (slot colour) (slot hours) (slot note) (multislot owners))
                                   ^^^^^^ DSL3004 nothing reads slot \`colour\` of \`lease\`
(deftemplate spare (slot never))
(deffunction note-of (?f) (fact-slot-value ?f note))
(defrule a ?f <- (lease (id ?l) (owners $? ann $?)) (best (lease (hours ?h)) (minimize ?h))
  => (assert (seen ?l (note-of ?f) ?h)))
`);
});

describe('two rules that can answer the same request', () => {
  test('are told, unless something keeps them apart', () => {
    check(`
(deftemplate request (slot id) (slot kind (allowed-symbols new renew stop)) (slot lease) (slot seen (type INTEGER)))
(deftemplate lease (slot id) (slot phase (allowed-symbols active held)) (slot expires (type INTEGER)) (slot holder))
(defrule first ?f <- (request (id ?r) (kind new|renew)) => (retract ?f) (assert (yes ?r)))
(defrule second ?f <- (request (id ?r) (kind renew|stop)) => (retract ?f) (assert (no ?r)))
         ^^^^^^ DSL3005 \`first\` and \`second\` can answer the same \`request\` at salience 0
(defrule late (declare (salience -5)) ?f <- (request (id ?r)) => (retract ?f) (assert (late ?r)))
(defrule active (declare (salience 5)) ?f <- (request (id ?r) (lease ?l)) (lease (id ?l) (phase active)) => (retract ?f) (assert (yes ?r)))
(defrule held (declare (salience 5)) ?f <- (request (id ?r) (lease ?l)) (lease (id ?l) (phase held)) => (retract ?f) (assert (no ?r)))
(defrule gone (declare (salience 5)) ?f <- (request (id ?r) (lease ?l)) (not (lease (id ?l))) => (retract ?f) (assert (no ?r)))
(defrule mine (declare (salience 5)) ?f <- (request (id ?r) (lease ?l)) (lease (id ?l) (holder ?who)) => (retract ?f) (assert (no ?r ?who)))
         ^^^^ DSL3005 \`active\` and \`mine\` can answer the same \`request\` at salience 5
(defrule as-seen (declare (salience 9)) ?f <- (request (id ?r) (lease ?l) (seen ?seen)) (lease (id ?l) (expires ?e&:(or (= ?seen 0) (= ?seen ?e)))) => (retract ?f) (assert (yes ?r)))
(defrule whole (declare (salience 7)) ?f <- (request (id ?r)) => (retract ?f) (assert (yes ?r)))
(defrule grouped (declare (salience 7)) (and ?f <- (request (id ?r) (kind new)) (lease (id ?r))) => (retract ?f) (assert (no ?r)))
         ^^^^^^^ DSL3005 \`whole\` and \`grouped\` can answer the same \`request\` at salience 7
(defrule all (declare (salience 8)) ?f <- (request (id ?r)) => (retract ?f) (assert (yes ?r)))
(defrule supported (declare (salience 8)) (logical ?f <- (request (id ?r) (kind new))) => (retract ?f) (assert (no ?r)))
         ^^^^^^^^^ DSL3005 \`all\` and \`supported\` can answer the same \`request\` at salience 8
(defrule other (declare (salience 9)) ?f <- (request (id ?r) (lease ?l) (seen ?seen&~0)) (lease (id ?l) (expires ~?seen)) => (retract ?f) (assert (no ?r)))
`);
  });

  const rulebook = new Rulebook([...cloud.values()].map(({ signature }) => signature));
  const of = (text: string): string[] =>
    rulebook
      .compile([...basePolicies(), { name: 'mine.clp', text }])
      .diagnostics.map(({ code, message }) => `${code} ${message}`);

  test('with the shipped policies', () => {
    expect(of('')).toEqual([]);
    expect(
      of(
        '(defrule all-may "Everybody gets everything." (declare (salience -100)) (request (id ?r) (kind new-machine)) => (grant ?r 1w))',
      ),
    ).toEqual(['DSL3005 `grant-lease` and `all-may` can answer the same `request` at salience -100']);
    expect(
      of(
        '(defrule never "Nobody." (declare (salience 100)) (request (id ?r) (kind new-machine)) => (refuse ?r "never"))',
      ),
    ).toEqual([]);
    expect(
      of(
        '(defrule stop-asks (declare (salience -100)) (request (id ?r) (kind stop-machine) (lease ?l)) (lease (id ?l) (phase held)) => (accept ?r "It stands."))',
      ),
    ).toEqual([]);
  });

  test('a policy that is loaded in chat is answered with its warnings', () => {
    const text =
      '(defrule all-may (declare (salience -100)) (request (id ?r) (kind new-machine)) => (grant ?r 1w))';
    const { errors, summary } = rulebook.check(
      [...basePolicies(), { name: 'mine.clp', text }],
      basePolicies(),
    );

    expect(errors).toBeNull();
    expect(summary.replace(/lease.clp:\d+/, 'lease.clp:N')).toBe(`added: all-may
mine.clp:1:10 warning DSL3005: \`grant-lease\` and \`all-may\` can answer the same \`request\` at salience -100
   1 | (defrule all-may (declare (salience -100)) (request (id ?r) (kind new-machine)) => (grant ?r 1w))
     |          ^^^^^^^
     help: the one that stands first in the files does: give one another salience, or a condition that keeps them apart
     lease.clp:N:10 \`grant-lease\` stands here
no errors, 1 warning`);
  });
});
