// Drawings of cubes for the two line labelling programs, and the part that both have: lines become edges seen from both of
// their ends, and edges that meet become junctions.

/** How far apart cubes stand, and how a point is written as one number: x times this and y. */
const scale = 100_000;
const step = 10;

/** The outline of a cube and its three inner lines: corners of a hexagon around a middle. */
const corners = [
  [2, 1],
  [0, 2],
  [-2, 1],
  [-2, -1],
  [0, -2],
  [2, -1],
] as const;

/** So many drawings of so many cubes each, side by side, as `line` facts. */
export function drawings(count: number, cubes: number): string {
  const lines: string[] = [];
  for (let drawing = 0; drawing < count; drawing += 1) {
    for (let cube = 0; cube < cubes; cube += 1) {
      const x = step * (drawing + 1);
      const y = step * (cube + 1);
      const point = ([right, up]: readonly [number, number]): number => (x + right) * scale + y + up;
      const figure = `d${drawing}-${cube}`;
      for (const [at, corner] of corners.entries()) {
        const next = corners[(at + 1) % corners.length] ?? corners[0];
        lines.push(`(line ${figure} ${point(corner)} ${point(next)})`);
        if (at % 2 === 1) lines.push(`(line ${figure} ${point([0, 0])} ${point(corner)})`);
      }
    }
  }
  return `(deffacts drawings\n  ${lines.join('\n  ')})\n`;
}

export const junctions = `
(deftemplate stage (slot name))
(deftemplate edge (slot figure) (slot from) (slot to) (slot label (default nil)) (slot joined (default no)))
(deftemplate junction (slot figure) (slot kind) (slot base) (slot p1) (slot p2) (slot p3 (default nil)))

(deffacts begin (stage (name edges)))

(deffunction x-of (?point) (div ?point ${scale}))
(deffunction y-of (?point) (mod ?point ${scale}))

; Above 0: seen from the base the second point lies to the left of the first.
(deffunction turn (?base ?p ?q)
  (- (* (- (x-of ?p) (x-of ?base)) (- (y-of ?q) (y-of ?base)))
     (* (- (y-of ?p) (y-of ?base)) (- (x-of ?q) (x-of ?base)))))

; Three points around a base, each to the left of the one before: all around it, or all on one side.
(deffunction kind-of (?base ?p ?q ?r)
  (if (or (<= (turn ?base ?p ?q) 0) (<= (turn ?base ?q ?r) 0)) then none
   else (if (> (turn ?base ?p ?r) 0) then arrow else (if (and (< ?p ?q) (< ?p ?r)) then fork else none))))

(defrule line-has-two-edges
  (stage (name edges))
  ?line <- (line ?figure ?p ?q)
  =>
  (retract ?line)
  (assert (edge (figure ?figure) (from ?p) (to ?q)))
  (assert (edge (figure ?figure) (from ?q) (to ?p))))

(defrule all-edges
  (declare (salience -10))
  ?stage <- (stage (name edges))
  =>
  (modify ?stage (name junctions)))

(defrule three-edges-meet
  (declare (salience 10))
  (stage (name junctions))
  ?e1 <- (edge (figure ?figure) (from ?base) (to ?p) (joined no))
  ?e2 <- (edge (from ?base) (to ?q&~?p) (joined no))
  ?e3 <- (edge (from ?base) (to ?r&~?p&~?q&:(neq (kind-of ?base ?p ?q ?r) none)) (joined no))
  =>
  (assert (junction (figure ?figure) (kind (kind-of ?base ?p ?q ?r)) (base ?base) (p1 ?p) (p2 ?q) (p3 ?r)))
  (modify ?e1 (joined yes))
  (modify ?e2 (joined yes))
  (modify ?e3 (joined yes)))

(defrule two-edges-meet
  (stage (name junctions))
  ?e1 <- (edge (figure ?figure) (from ?base) (to ?p) (joined no))
  ?e2 <- (edge (from ?base) (to ?q&~?p&:(> (turn ?base ?p ?q) 0)) (joined no))
  (not (edge (from ?base) (to ~?p&~?q) (joined no)))
  =>
  (assert (junction (figure ?figure) (kind corner) (base ?base) (p1 ?p) (p2 ?q)))
  (modify ?e1 (joined yes))
  (modify ?e2 (joined yes)))

(defrule all-junctions
  (declare (salience -10))
  ?stage <- (stage (name junctions))
  =>
  (modify ?stage (name outermost)))
`;
