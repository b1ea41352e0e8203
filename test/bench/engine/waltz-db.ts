import { drawings, junctions } from './drawings.ts';
import type { Program } from './program.ts';

/** Cubes of a drawing. */
const cubes = 3;

/**
 * WaltzDB (Brant and others 1991, as manners): the labels that a junction may have come from a table, every junction begins with all of its
 * kind, and what a neighbour has no answer for is struck out until nothing changes.
 */
export const waltzDb: readonly Program[] = [16, 64].map((count) => ({
  name: `waltzdb ${count}`,
  text: () => `${junctions}${constraints}${drawings(count, cubes)}\n(reset)\n(run)\n`,
  bar: count === 64 ? 0.5 : null,
  isWarm: count === 16,
}));

const constraints = `
(deftemplate legal (slot kind) (slot id) (slot l1) (slot l2) (slot l3 (default nil)))
(deftemplate may (slot figure) (slot base) (slot id) (slot to) (slot label))

(deffacts table
  (answers in out) (answers out in) (answers plus plus) (answers minus minus)
  (legal (kind corner) (id 1) (l1 out) (l2 in)) (legal (kind corner) (id 2) (l1 in) (l2 out))
  (legal (kind corner) (id 3) (l1 plus) (l2 out)) (legal (kind corner) (id 4) (l1 in) (l2 plus))
  (legal (kind corner) (id 5) (l1 minus) (l2 in)) (legal (kind corner) (id 6) (l1 out) (l2 minus))
  (legal (kind fork) (id 1) (l1 plus) (l2 plus) (l3 plus)) (legal (kind fork) (id 2) (l1 minus) (l2 minus) (l3 minus))
  (legal (kind fork) (id 3) (l1 in) (l2 minus) (l3 out)) (legal (kind fork) (id 4) (l1 minus) (l2 out) (l3 in))
  (legal (kind fork) (id 5) (l1 out) (l2 in) (l3 minus))
  (legal (kind arrow) (id 1) (l1 in) (l2 plus) (l3 out)) (legal (kind arrow) (id 2) (l1 out) (l2 plus) (l3 in))
  (legal (kind arrow) (id 3) (l1 plus) (l2 minus) (l3 plus)) (legal (kind arrow) (id 4) (l1 minus) (l2 plus) (l3 minus)))

(defrule begin-with-everything
  ?stage <- (stage (name outermost))
  =>
  (modify ?stage (name table)))

(defrule corner-may
  (stage (name table))
  (junction (figure ?figure) (kind corner) (base ?base) (p1 ?p) (p2 ?q))
  (legal (kind corner) (id ?id) (l1 ?l1) (l2 ?l2))
  =>
  (assert (may (figure ?figure) (base ?base) (id ?id) (to ?p) (label ?l1)))
  (assert (may (figure ?figure) (base ?base) (id ?id) (to ?q) (label ?l2))))

(defrule junction-may
  (stage (name table))
  (junction (figure ?figure) (kind ?kind&~corner) (base ?base) (p1 ?p) (p2 ?q) (p3 ?r))
  (legal (kind ?kind) (id ?id) (l1 ?l1) (l2 ?l2) (l3 ?l3))
  =>
  (assert (may (figure ?figure) (base ?base) (id ?id) (to ?p) (label ?l1)))
  (assert (may (figure ?figure) (base ?base) (id ?id) (to ?q) (label ?l2)))
  (assert (may (figure ?figure) (base ?base) (id ?id) (to ?r) (label ?l3))))

(defrule table-laid
  (declare (salience -10))
  ?stage <- (stage (name table))
  =>
  (modify ?stage (name strike)))

; The outermost corner of a figure is an outline on both of its sides.
(defrule outermost-is-outline
  (declare (salience 5))
  (stage (name strike))
  (junction (figure ?figure) (kind corner) (base ?base))
  (not (junction (figure ?figure) (base ?other&:(> ?other ?base))))
  (may (base ?base) (id ?id&~1))
  =>
  (assert (struck ?base ?id)))

(defrule nobody-answers
  (stage (name strike))
  (may (base ?base) (id ?id) (to ?p) (label ?label))
  (answers ?label ?answer)
  (not (may (base ?p) (to ?base) (label ?answer)))
  =>
  (assert (struck ?base ?id)))

(defrule strike
  (declare (salience 10))
  (struck ?base ?id)
  ?may <- (may (base ?base) (id ?id))
  =>
  (retract ?may))

(defrule all-struck
  (declare (salience -10))
  ?stage <- (stage (name strike))
  =>
  (modify ?stage (name tell)))

(defrule only-one-is-left
  (stage (name tell))
  (may (base ?base) (id ?id) (to ?p) (label ?label))
  (not (may (base ?base) (id ~?id)))
  ?edge <- (edge (from ?base) (to ?p) (label nil))
  =>
  (modify ?edge (label ?label)))
`;
