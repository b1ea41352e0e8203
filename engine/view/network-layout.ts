import type { NetworkView, NodeView } from './network-view.ts';

/** A node as a box. Lengths are pixels. */
export interface Box {
  readonly node: NodeView;
  readonly title: string;
  readonly lines: readonly string[];
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A line between boxes. `inner`: the end of the conditions inside a `not-all` or `exists-all`. */
export interface Edge {
  readonly from: Box;
  readonly to: Box;
  readonly kind: 'match' | 'inner';
}

export interface Layout {
  readonly boxes: readonly Box[];
  readonly edges: readonly Edge[];
  readonly width: number;
  readonly height: number;
}

export const LINE_HEIGHT = 14;
export const TITLE_HEIGHT = 19;
const BOX_WIDTH = 236;
const BOX_PAD = 7;
const COLUMN_GAP = 44;
const ROW_GAP = 10;
/** Between what hangs on different first nodes. */
const TREE_GAP = 18;
/** Characters of the small type that go into a box. */
const LINE_LENGTH = 34;
/** Lines of one box; what is longer ends in three dots, and stands whole in its tip. */
const LINES_MAX = 7;

interface Tree {
  readonly node: NodeView;
  readonly title: string;
  readonly lines: readonly string[];
  readonly height: number;
  readonly children: Tree[];
  /** Height of all that hangs on it. */
  span: number;
}

/**
 * Lays the network out as trees that grow to the right, one condition a column, one rule at each tip. A box stands in the middle
 * of what hangs on it, so no two boxes and no two lines of a tree cross.
 */
export function layoutOf(network: NetworkView): Layout {
  const trees = new Map<string, Tree>();
  for (const node of network.nodes) trees.set(node.id, treeOf(node, network));
  const roots: Tree[] = [];
  for (const tree of trees.values()) {
    const parent = tree.node.parent === null ? undefined : trees.get(tree.node.parent);
    (parent?.children ?? roots).push(tree);
  }
  const boxes = new Map<string, Box>();
  let y = 0;
  for (const root of roots) {
    measure(root);
    place(root, 0, y, boxes);
    y += root.span + TREE_GAP;
  }
  const placed = [...boxes.values()];
  return {
    boxes: placed,
    edges: edgesOf(boxes),
    width: Math.max(0, ...placed.map((box) => box.x + box.width)),
    height: Math.max(0, y - TREE_GAP),
  };
}

function treeOf(node: NodeView, { alphas }: NetworkView): Tree {
  const alpha = alphas.find(({ id }) => id === node.alpha);
  const asked = [
    ...(alpha?.tests ?? []),
    ...node.keys.map((key) => `⋈ ${key}`),
    ...node.tests,
    ...node.criteria.map((criterion) => `${criterion.startsWith('maximize') ? '▲' : '▼'} ${criterion}`),
  ];
  const all = node.kind === 'rule' ? [] : asked.flatMap(wrapped);
  const lines = all.length <= LINES_MAX ? all : [...all.slice(0, LINES_MAX - 1), '…'];
  const height = TITLE_HEIGHT + (lines.length === 0 ? 0 : lines.length * LINE_HEIGHT + BOX_PAD) + BOX_PAD;
  return { node, title: titleOf(node, alpha?.template), lines, height, children: [], span: 0 };
}

function titleOf(node: NodeView, template: string | undefined): string {
  if (node.kind === 'rule') return node.rules[0] ?? '';
  if (node.kind === 'test') return 'test';
  if (node.kind === 'exists-all') return 'some such match';
  if (node.kind === 'not-all') return 'no such match';
  return template ?? '';
}

/** A text in lines that fit a box, cut between words; what goes on is set in. */
function wrapped(text: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (longer.length <= LINE_LENGTH) {
      line = longer;
      continue;
    }
    if (line !== '') lines.push(line);
    line = `${lines.length > 0 ? '   ' : ''}${word}`;
    for (; line.length > LINE_LENGTH; line = `   ${line.slice(LINE_LENGTH)}`)
      lines.push(line.slice(0, LINE_LENGTH));
  }
  return [...lines, line];
}

function measure(tree: Tree): void {
  for (const child of tree.children) measure(child);
  const below = tree.children.reduce((sum, child) => sum + child.span + ROW_GAP, -ROW_GAP);
  tree.span = Math.max(tree.height, tree.children.length === 0 ? 0 : below);
}

function place(tree: Tree, column: number, top: number, boxes: Map<string, Box>): void {
  const { node, title, lines, height, children, span } = tree;
  // A `not-all` or `exists-all` stands one column behind the conditions inside of it, which have their place by now.
  const inner = node.inner === null ? undefined : boxes.get(node.inner);
  const own = inner === undefined ? column : Math.round(inner.x / (BOX_WIDTH + COLUMN_GAP)) + 1;
  boxes.set(node.id, {
    node,
    title,
    lines,
    x: own * (BOX_WIDTH + COLUMN_GAP),
    y: top + (span - height) / 2,
    width: BOX_WIDTH,
    height,
  });
  const below = children.reduce((sum, child) => sum + child.span + ROW_GAP, -ROW_GAP);
  let y = top + Math.max(0, (span - below) / 2);
  for (const child of children) {
    place(child, own + 1, y, boxes);
    y += child.span + ROW_GAP;
  }
}

function edgesOf(boxes: ReadonlyMap<string, Box>): Edge[] {
  const edges: Edge[] = [];
  for (const to of boxes.values()) {
    const from = boxes.get(to.node.parent ?? '');
    const inner = boxes.get(to.node.inner ?? '');
    if (from !== undefined) edges.push({ from, to, kind: 'match' });
    if (inner !== undefined) edges.push({ from: inner, to, kind: 'inner' });
  }
  return edges;
}
