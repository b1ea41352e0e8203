import {
  ACTIVATION_TAG,
  ENTRY_FACT,
  KEY,
  NIL,
  TOKEN_FACT,
  TOKEN_NODE,
  TOKEN_PARENT,
  type Address,
} from './heap.ts';
import { valueReader } from './network/access.ts';
import { GroupNode } from './network/group.ts';
import { ancestor, type Fabric, type TokenNode } from './network/node.ts';
import { PairedNode } from './network/paired.ts';
import { TerminalNode } from './network/terminal.ts';
import type { LevelPlan } from './plan.ts';
import type { Value } from './value.ts';
import type { Fact } from './world.ts';

/** Patterns of a rule, counted from 1, that stand for one condition: one of them, or those inside of a group. */
export interface Unit {
  readonly first: number;
  readonly last: number;
  readonly isGroup: boolean;
}

/** A match of the conditions up to some point: null for what matched by absence. */
export interface PartialMatch {
  readonly facts: readonly (Fact | null)[];
  /** What the next join looks it up by; empty when that compares nothing. */
  readonly key: readonly Value[];
}

/** How far one branch of a rule has got. */
export interface BranchMatches {
  /** For each pattern the facts that pass it alone, oldest first of each key; a single null where a test stands for one. */
  readonly patterns: readonly (readonly (Fact | null)[])[];
  /** The matches behind each join but the first: of which conditions, and what there is, the youngest first of each key. */
  readonly joins: readonly { readonly units: readonly Unit[]; readonly matches: readonly PartialMatch[] }[];
}

/** What stands in the memories along a branch. */
export function matchesOf(terminal: TerminalNode): BranchMatches {
  const reading = new Reading(terminal);
  reading.read(terminal.branch.levels, chainOf(terminal, null), terminal, []);
  if (reading.patterns.length === 0) reading.patterns.push([null]);
  return reading;
}

class Reading {
  readonly patterns: (readonly (Fact | null)[])[] = [];
  readonly joins: { readonly units: readonly Unit[]; readonly matches: readonly PartialMatch[] }[] = [];
  readonly #terminal: TerminalNode;

  constructor(terminal: TerminalNode) {
    this.#terminal = terminal;
  }

  /** Reads a chain of levels, each with its node; `end` is what follows the last of them. `before`: the units outside of it. */
  read(
    levels: readonly LevelPlan[],
    nodes: readonly TokenNode[],
    end: TokenNode,
    before: readonly Unit[],
  ): readonly Unit[] {
    const units = [...before];
    for (const [at, level] of levels.entries()) {
      const node = nodes[at];
      const isTestAfter = level.kind === 'test' && units.length > before.length;
      if (node === undefined || isTestAfter) continue;
      const unit = this.#unit(level, node, units);
      units.push(unit);
      // Tests that follow belong to the same join.
      let behind = at + 1;
      while (levels[behind]?.kind === 'test') behind += 1;
      if (units.length > 1 || unit.isGroup)
        this.joins.push({ units: units.slice(), matches: this.#standing(nodes[behind] ?? end) });
    }
    return units;
  }

  #unit(level: LevelPlan, node: TokenNode, units: readonly Unit[]): Unit {
    const first = this.patterns.length + 1;
    if (node instanceof PairedNode) {
      this.patterns.push(factsOf(node));
      return { first, last: first, isGroup: false };
    }
    if (level.kind !== 'group' || !(node instanceof GroupNode) || node.result === null) {
      this.patterns.push([null]);
      return { first, last: first, isGroup: false };
    }
    const { inner, chain, result } = opened(level, node);
    const [only] = chain;
    const joins = inner.filter(({ kind }) => kind !== 'test');
    if (joins.length <= 1 && !(joins[0]?.kind === 'group')) {
      this.patterns.push(only instanceof PairedNode ? factsOf(only) : [null]);
      return { first, last: first, isGroup: false };
    }
    this.read(inner, chain, result, units);
    return { first, last: this.patterns.length, isGroup: true };
  }

  /** What a node holds, the youngest first. */
  #standing(node: TokenNode): PartialMatch[] {
    const { heap } = node.fabric;
    const tokens = [...node.tokens()];
    if (node instanceof TerminalNode) {
      const tag = (token: Address): number => heap.words[token + ACTIVATION_TAG] as number;
      tokens.sort((a, b) => tag(b) - tag(a));
    }
    const shown = shownLevels(this.#terminal.branch.levels, node);
    const next = firstInside(node);
    const keys =
      next instanceof PairedNode
        ? next.plan.equalities.map(({ earlier }) => valueReader(next.fabric, earlier, next.level))
        : [];
    return tokens.map((token) => ({
      facts: shown.map((level) => viewOf(node, ancestor(heap.words, token, node.level - 1 - level))),
      key: keys.map((read) => read(token, NIL)),
    }));
  }
}

/** What looks a match up first: of a group, the first join inside. */
function firstInside(node: TokenNode): TokenNode {
  if (!(node instanceof GroupNode) || node.result === null) return node;
  const [first] = chainOf(node.result, node.parent);
  return first === undefined ? node : firstInside(first);
}

/** The group that says something: an absence of an absence is one. */
function opened(
  level: Extract<LevelPlan, { kind: 'group' }>,
  node: GroupNode,
): {
  readonly inner: readonly LevelPlan[];
  readonly chain: readonly TokenNode[];
  readonly result: TokenNode;
} {
  const result = node.result as TokenNode;
  const chain = chainOf(result, node.parent);
  const [only] = level.inner;
  const [inside] = chain;
  if (
    level.inner.length === 1 &&
    only?.kind === 'group' &&
    inside instanceof GroupNode &&
    inside.result !== null
  )
    return opened(only, inside);
  return { inner: level.inner, chain, result };
}

/** The nodes above one, from the top; `top` itself and the root stay out. */
function chainOf(node: TokenNode, top: TokenNode | null): TokenNode[] {
  const chain: TokenNode[] = [];
  for (let each = node.parent; each !== null && each !== top && each.parent !== null; each = each.parent)
    chain.unshift(each);
  return chain;
}

/** The facts of a memory, those with the same key together. */
function factsOf({ alpha, fabric }: PairedNode): Fact[] {
  const { words } = fabric.heap;
  const entries = [...alpha.memory.records()].map((entry) => ({
    key: words[entry + KEY] as number,
    fact: fabric.facts.view(words[entry + ENTRY_FACT] as Address),
  }));
  entries.sort((a, b) => a.fact.index - b.fact.index);
  const first = new Map<number, number>();
  for (const [at, { key }] of entries.entries()) if (!first.has(key)) first.set(key, at);
  return entries
    .toSorted((a, b) => (first.get(a.key) ?? 0) - (first.get(b.key) ?? 0))
    .map(({ fact }) => fact);
}

/** The levels before a node that show in a match, in order. */
function shownLevels(levels: readonly LevelPlan[], node: TokenNode): number[] {
  const found: number[] = [];
  for (const level of levels) {
    // Inside of a group its own conditions come next, and nothing of what follows the group.
    if (level.kind === 'group' && isInside(node, level)) return [...found, ...shownLevels(level.inner, node)];
    if (level.level >= node.level) return found;
    if (level.shown) found.push(level.level);
  }
  return found;
}

/** Whether a node stands in the chain of a group or at its end. */
function isInside(node: TokenNode, group: Extract<LevelPlan, { kind: 'group' }>): boolean {
  for (let each: TokenNode | null = node.parent; each !== null; each = each.parent)
    if (each.level === group.level) return each.text !== group.text;
  return false;
}

/** The facts of a match, wherever it stands; null for what matched by absence. */
export function factsOfToken(fabric: Fabric, token: Address): (Fact | null)[] {
  const { words } = fabric.heap;
  const facts: (Fact | null)[] = [];
  for (let each = token; ; each = words[each + TOKEN_PARENT] as Address) {
    const node = fabric.nodes[words[each + TOKEN_NODE] as number];
    const asked = node?.parent;
    if (node === null || node === undefined || asked === null || asked === undefined || asked.parent === null)
      return facts;
    if (asked instanceof PairedNode ? asked.plan.shown : asked instanceof GroupNode)
      facts.unshift(viewOf(node, each));
  }
}

function viewOf({ fabric }: TokenNode, token: Address): Fact | null {
  const fact = fabric.heap.words[token + TOKEN_FACT] as Address;
  return fact === NIL ? null : fabric.facts.view(fact);
}
