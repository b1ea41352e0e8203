import { drawings, junctions } from './drawings.ts';
import type { Program } from './program.ts';

/** Cubes of a drawing. */
const cubes = 2;

/**
 * Waltz: lines of a drawing are labelled as convex edges or as outlines (D. Waltz, "Generating Semantic Descriptions from
 * Drawings of Scenes with Shadows", 1972; as a rule program by Winston). One outermost junction is found among all, and labels
 * go on from line to line.
 */
export const waltz: readonly Program[] = [12, 50, 200].map((count) => ({
  name: `waltz ${count}`,
  text: () => `${junctions}${labelling}${drawings(count, cubes)}\n(reset)\n(run)\n`,
  bar: count === 200 ? 0.5 : null,
  isWarm: count === 50,
}));

const labelling = `
; An outline goes out at one end of its edge and in at the other; a convex edge is plus at both.
(deffunction opposite (?label)
  (if (eq ?label in) then out else (if (eq ?label out) then in else ?label)))

(defrule outermost-of-all
  (stage (name outermost))
  (junction (kind corner) (base ?base) (p1 ?p) (p2 ?q))
  (not (junction (base ?other&:(> ?other ?base))))
  ?e1 <- (edge (from ?base) (to ?p) (label nil))
  ?e2 <- (edge (from ?base) (to ?q) (label nil))
  =>
  (modify ?e1 (label out))
  (modify ?e2 (label in)))

(defrule outermost-found
  (declare (salience -10))
  ?stage <- (stage (name outermost))
  =>
  (modify ?stage (name others)))

(defrule outermost-of-figure
  (stage (name others))
  (junction (figure ?figure) (kind corner) (base ?base) (p1 ?p) (p2 ?q))
  (not (junction (figure ?figure) (base ?other&:(> ?other ?base))))
  ?e1 <- (edge (from ?base) (to ?p) (label nil))
  ?e2 <- (edge (from ?base) (to ?q) (label nil))
  =>
  (modify ?e1 (label out))
  (modify ?e2 (label in)))

(defrule others-found
  (declare (salience -10))
  ?stage <- (stage (name others))
  =>
  (modify ?stage (name label)))

(defrule other-end
  (stage (name label))
  (edge (from ?p) (to ?q) (label ?label&~nil))
  ?edge <- (edge (from ?q) (to ?p) (label nil))
  =>
  (modify ?edge (label (opposite ?label))))

(defrule corner-goes-on
  (stage (name label))
  (junction (kind corner) (base ?base) (p1 ?p) (p2 ?q))
  (edge (from ?base) (to ?p) (label ?label&in|out))
  ?edge <- (edge (from ?base) (to ?q) (label nil))
  =>
  (modify ?edge (label (opposite ?label))))

(defrule corner-goes-back
  (stage (name label))
  (junction (kind corner) (base ?base) (p1 ?p) (p2 ?q))
  (edge (from ?base) (to ?q) (label ?label&in|out))
  ?edge <- (edge (from ?base) (to ?p) (label nil))
  =>
  (modify ?edge (label (opposite ?label))))

(defrule arrow-shaft
  (stage (name label))
  (junction (kind arrow) (base ?base) (p1 ?p) (p2 ?q) (p3 ?r))
  (edge (from ?base) (to ?p|?r) (label in|out))
  ?edge <- (edge (from ?base) (to ?q) (label nil))
  =>
  (modify ?edge (label plus)))

(defrule arrow-goes-on
  (stage (name label))
  (junction (kind arrow) (base ?base) (p1 ?p) (p3 ?r))
  (edge (from ?base) (to ?p) (label ?label&in|out))
  ?edge <- (edge (from ?base) (to ?r) (label nil))
  =>
  (modify ?edge (label (opposite ?label))))

(defrule arrow-goes-back
  (stage (name label))
  (junction (kind arrow) (base ?base) (p1 ?p) (p3 ?r))
  (edge (from ?base) (to ?r) (label ?label&in|out))
  ?edge <- (edge (from ?base) (to ?p) (label nil))
  =>
  (modify ?edge (label (opposite ?label))))

(defrule fork-is-convex
  (stage (name label))
  (junction (kind fork) (base ?base))
  (edge (from ?base) (label plus))
  ?edge <- (edge (from ?base) (label nil))
  =>
  (modify ?edge (label plus)))

(defrule labelled
  (declare (salience -10))
  ?stage <- (stage (name label))
  =>
  (modify ?stage (name plot)))

(defrule plot
  (stage (name plot))
  ?edge <- (edge (from ?p) (to ?q) (label ?label) (joined yes))
  =>
  (modify ?edge (joined plotted)))
`;
