import type { Agenda } from '../agenda.ts';
import type { Relation } from '../facts.ts';
import {
  ENTRY_BLOCKED,
  ENTRY_MEMORY,
  ENTRY_NEXT,
  ENTRY_TOKENS,
  FACT_DYING,
  FACT_ENTRIES,
  NEXT,
  NIL,
  TOKEN_ENTRY,
  TOKEN_FACT,
  TOKEN_NODE,
  TOKEN_PARENT,
  type Address,
} from '../heap.ts';
import type { BranchPlan, JoinPlan, LevelPlan } from '../plan.ts';
import { keyOf } from '../rule.ts';
import { AlphaMemory } from './alpha.ts';
import { BestNode } from './best.ts';
import { Deferral } from './deferral.ts';
import { ExistsNode } from './exists.ts';
import { sourceOf, type Generated } from './generate.ts';
import { GroupNode, ResultNode } from './group.ts';
import { JoinNode } from './join.ts';
import { deleteToken, type Fabric, type Owner, type TokenNode } from './node.ts';
import { NotNode } from './not.ts';
import { PairedNode, unbindToken } from './paired.ts';
import { RootNode } from './root.ts';
import { TerminalNode, type CompiledRule } from './terminal.ts';
import { TestNode } from './test.ts';
import { Visits } from './visits.ts';

/** Facts asserted and tokens made before the network is written as source: what is new should be at work at once. */
const SOURCE_AFTER = 5000;

/** Tables are looked at for shrinking once in so many retractions. */
const RETRACTIONS_PER_TRIM = 4096;

/**
 * The RETE network: alpha memories of facts that pass one pattern, and a tree of nodes that pair them. Rules that begin
 * with the same conditions share the nodes of these. Changes go through depth first and at once.
 */
export class Network {
  readonly root: RootNode;
  readonly #fabric: Fabric;
  readonly #agenda: Agenda;
  readonly #alphas: (AlphaMemory | null)[] = [];
  /** By template. */
  readonly #visits: Visits[] = [];
  /** Patterns of the rule that is being added, which have not seen the facts yet. */
  readonly #empty = new Set<AlphaMemory>();
  readonly #terminals = new Map<CompiledRule, TerminalNode[]>();

  #retracted = 0;
  /** The network as source that runs, once it has been at work for a while; null: rules have changed since. */
  #generated: Generated | null = null;
  #canDefer = false;
  #defers = false;
  readonly #deferral: Deferral;
  #asserted = 0;
  #generateAt: number;
  readonly #sourceAfter: number;

  constructor(fabric: Fabric, agenda: Agenda, sourceAfter: number = SOURCE_AFTER) {
    this.#sourceAfter = sourceAfter;
    this.#generateAt = sourceAfter;
    this.#fabric = fabric;
    this.#agenda = agenda;
    this.root = new RootNode(fabric);
    this.#deferral = new Deferral(fabric, agenda, {
      show: (relation, fact) => this.#show(relation, fact),
      remove: (fact) => this.#remove(fact),
      release: (entry) => this.#release(entry),
      enter: (relation, fact) => this.#visits[relation.id]?.enter(fact) ?? true,
      withdraw: (fact) => this.#withdraw(fact),
      alphaOf: (entry) => this.#alphaOf(entry),
    });
  }

  /**
   * Adds a rule; facts that stand already are matched at once. In the order of CLIPS 6.30 (its `incrrset.c`): what hangs below
   * an older node gets the matches of that, and then each fact is shown to the patterns that are new, oldest fact first.
   */
  add(compiled: CompiledRule, branches: readonly BranchPlan[]): void {
    this.flush();
    this.#forgetSource();
    const key = keyOf(compiled.rule);
    const owner: Owner = { rule: key, origin: compiled.rule.origin };
    const terminals: TerminalNode[] = [];
    this.#terminals.set(compiled, terminals);
    const made = branches.map((branch, number) => {
      const nodes: TokenNode[] = [];
      const end = this.#chain(this.root, branch.levels, owner, nodes);
      const terminal = new TerminalNode(this.#fabric, end, branch, compiled, this.#agenda, number);
      end.children.unshift(terminal);
      terminals.push(terminal);
      return [...nodes, terminal];
    });
    const fresh = new Set<TokenNode>(made.flat());
    // From the end of each branch up, a group before its own conditions: what passes it too early is taken back.
    for (const node of made.flatMap((nodes) => nodes.toReversed()))
      if (node.parent !== null && !fresh.has(node.parent)) this.#prime(node, node.parent, fresh);
    this.#showFacts();
  }

  /** The ends of a rule's branches. */
  terminals(compiled: CompiledRule): readonly TerminalNode[] {
    return this.#terminals.get(compiled) ?? [];
  }

  /** Removes a rule with its activations, and the nodes that no other rule uses. */
  remove(compiled: CompiledRule): void {
    this.flush();
    this.#forgetSource();
    const terminals = this.#terminals.get(compiled) ?? [];
    this.#terminals.delete(compiled);
    this.#agenda.removing(() => {
      // What waits goes in the order in which it would have fired. Where no order of coming and going matters, in any.
      const waiting = this.#fabric.keepsOrder ? this.#agenda.all() : [];
      for (const token of waiting)
        if (terminals.includes(this.#agenda.terminalOf(token))) deleteToken(this.#fabric, token);
      for (const terminal of terminals) this.#prune(terminal);
    });
  }

  /** Shows a new fact to every pattern of its template. */
  assert(relation: Relation, fact: Address): void {
    this.#asserted += 1;
    if (this.#defers) this.#deferral.asserted(relation, fact);
    else {
      this.flush();
      this.#show(relation, fact);
    }
  }

  /**
   * Does the work of a firing whose actions are plain, and puts off what may never be needed (`Deferral`). Only where nothing else
   * comes of a match than other matches: no groups, no tests that can tell of an error, no logical support, and no
   * rule that gets the focus by being activated. What waits at the end is for `foresee` or `flush`.
   */
  defer(work: () => void): void {
    this.#defers = this.#canDefer;
    try {
      work();
    } finally {
      this.#defers = false;
    }
  }

  /** The work of a firing is over; what waits now may go on waiting. */
  finish(): void {
    this.#deferral.finish();
  }

  /** How many firings were foreseen so well that nothing else had to be matched for them. */
  get foreseen(): number {
    return this.#deferral.spared;
  }

  /** Does what was put off. */
  flush(): void {
    this.#deferral.flush();
  }

  /** What fires next in a module, if a fact that waits makes it known; NIL: nothing is put off now, and the agenda knows. Only under `depth`. */
  foresee(module: string): Address {
    return this.#deferral.foresee(module);
  }

  /** Whether an activation came from `foresee`; it is taken to fire now. */
  fires(token: Address): boolean {
    return this.#deferral.fires(token);
  }

  #show(relation: Relation, fact: Address): void {
    if (this.#generated === null && this.#work() > this.#generateAt) this.generate();
    const visits = this.#visits[relation.id];
    if (this.#generated === null || visits?.interleaves === true) visits?.accept(fact);
    else this.#generated.asserts[relation.id]?.(fact);
  }

  /** The network as JavaScript, as it runs after a while: for people, and for pictures. */
  source(): string {
    return sourceOf(this.#fabric, this.#agenda, this.#standingAlphas()).text;
  }

  /** Puts the source in the place of the nodes' own methods. All state stands in the heap, so either goes on where the other stood. */
  generate(): void {
    const { program, text } = sourceOf(this.#fabric, this.#agenda, this.#standingAlphas());
    const generated = program.run(text) as Generated;
    for (const node of this.#fabric.nodes) {
      if (node === null) continue;
      const { receive, activate, unblocked } = generated;
      for (const [method, by] of Object.entries({ receive, activate, unblocked }))
        if (node.id in by) Object.defineProperty(node, method, { value: by[node.id], configurable: true });
    }
    this.#generated = generated;
    this.#canDefer = isPlain(text, this.#fabric.nodes);
    this.#fabric.heap.grown = generated.grown;
  }

  #forgetSource(): void {
    this.#generateAt = this.#work() + this.#sourceAfter;
    this.#canDefer = false;
    if (this.#generated === null) return;
    this.#generated = null;
    this.#fabric.heap.grown = null;
    for (const node of this.#fabric.nodes) {
      if (node === null) continue;
      for (const method of ['receive', 'activate', 'unblocked']) Reflect.deleteProperty(node, method);
    }
  }

  #work(): number {
    return this.#asserted + this.#fabric.heap.tokensMade;
  }

  #standingAlphas(): AlphaMemory[] {
    return this.#visits.flatMap((visits) => visits.order);
  }

  /** Takes a fact out, which is found no more from here on. */
  retract(fact: Address): void {
    this.#fabric.facts.hide(fact);
    if (this.#defers) this.#deferral.retracted(fact);
    else {
      this.flush();
      this.#remove(fact);
    }
  }

  /**
   * First it leaves all memories, so that nothing new is matched with it; then goes what was built on it, newest
   * entry first; then what it blocked goes on looking where it stood.
   */
  #remove(fact: Address): void {
    const { heap, facts, nodes } = this.#fabric;
    heap.words[fact + FACT_DYING] = 1;
    const entries = this.#entriesOf(fact);
    for (const entry of entries) this.#alphaOf(entry).memory.remove(entry);
    for (const entry of entries) {
      this.#release(entry);
      for (;;) {
        const token = heap.words[entry + ENTRY_BLOCKED] as Address;
        if (token === NIL) break;
        unbindToken(heap.words, token);
        nodes[heap.words[token + TOKEN_NODE] as number]?.unblocked(
          token,
          heap.words[entry + NEXT] as Address,
        );
      }
    }
    for (const entry of entries) this.#alphaOf(entry).free(entry);
    this.#fabric.supports.clear(fact);
    facts.free(fact);
    this.#retracted += 1;
    if (this.#retracted % RETRACTIONS_PER_TRIM === 0) this.trim();
  }

  /** Newest first. */
  #entriesOf(fact: Address): Address[] {
    const { words } = this.#fabric.heap;
    const entries: Address[] = [];
    let entry = words[fact + FACT_ENTRIES] as Address;
    for (; entry !== NIL; entry = words[entry + ENTRY_NEXT] as Address) entries.push(entry);
    return entries;
  }

  /** Takes a fact that stands out of the alpha memories, before any join has heard of it. */
  #withdraw(fact: Address): void {
    for (const entry of this.#entriesOf(fact)) {
      const alpha = this.#alphaOf(entry);
      alpha.memory.remove(entry);
      alpha.unlink(entry);
      alpha.free(entry);
    }
  }

  /** Deletes all tokens that an entry is part of. */
  #release(entry: Address): void {
    if (this.#generated !== null) {
      this.#generated.release(entry);
      return;
    }
    const { heap } = this.#fabric;
    for (;;) {
      const token = heap.words[entry + ENTRY_TOKENS] as Address;
      if (token === NIL) return;
      deleteToken(this.#fabric, token);
    }
  }

  /** Makes tables smaller that are nearly empty: now and then, since what empties usually fills again. */
  trim(): void {
    for (const node of this.#fabric.nodes) for (const memory of node?.memories() ?? []) memory.trim();
    for (const alpha of this.#alphas) alpha?.memory.trim();
    this.#fabric.facts.trim();
  }

  /**
   * Sends a new node what its parent matches: where order counts, as a sibling that is no newer has it, since a left memory
   * gives its matches youngest first.
   */
  #prime(node: TokenNode, parent: TokenNode, fresh: ReadonlySet<TokenNode>): void {
    const sibling = parent.children.find((child) => !fresh.has(child));
    if (sibling === undefined || parent === this.root || !this.#fabric.keepsOrder) {
      parent.prime(node);
      return;
    }
    for (const token of Array.from(sibling.tokens())) {
      const { words } = this.#fabric.heap;
      node.receive(
        words[token + TOKEN_PARENT] as Address,
        words[token + TOKEN_ENTRY] as Address,
        words[token + TOKEN_FACT] as Address,
      );
    }
  }

  /** Shows all facts to the patterns that were made without them. */
  #showFacts(): void {
    if (this.#empty.size === 0) return;
    const { facts } = this.#fabric;
    for (const fact of facts.all()) this.#visits[facts.relationOf(fact).id]?.accept(fact, this.#empty);
    this.#empty.clear();
  }

  /** Follows the levels from a node down, sharing nodes that are there already; new ones are noted in `made`. */
  #chain(from: TokenNode, levels: readonly LevelPlan[], owner: Owner, made: TokenNode[]): TokenNode {
    let node = from;
    for (const level of levels) {
      const shared = node.children.find(
        (child) => child.text === level.text && !(child instanceof TerminalNode),
      );
      node = shared ?? this.#make(node, level, owner, made);
    }
    return node;
  }

  #make(parent: TokenNode, level: LevelPlan, owner: Owner, made: TokenNode[]): TokenNode {
    if (level.kind === 'group') {
      const inner = this.#chain(parent, level.inner, owner, made);
      const group = new GroupNode(this.#fabric, parent, level);
      const result = new ResultNode(this.#fabric, inner, group, level.level + level.inner.length);
      inner.children.unshift(result);
      // As in CLIPS it is told second: as a rule behind the first of its own conditions.
      parent.children.splice(parent === this.root ? 0 : 1, 0, group);
      made.push(result, group);
      return group;
    }
    const node =
      level.kind === 'test'
        ? new TestNode(this.#fabric, parent, level, owner)
        : this.#makePaired(parent, level, owner);
    parent.children.unshift(node);
    made.push(node);
    return node;
  }

  #makePaired(parent: TokenNode, plan: JoinPlan, owner: Owner): PairedNode {
    const alpha = this.#alphaFor(plan, owner);
    const Kind = { join: JoinNode, not: NotNode, exists: ExistsNode, best: BestNode }[plan.kind];
    const node = new Kind(this.#fabric, parent, plan, alpha, owner);
    alpha.joins.unshift(node);
    return node;
  }

  /** The alpha memory of a pattern, hashed as this join needs it: an old one, or a new one. Where order does not count it is filled at once. */
  #alphaFor(plan: JoinPlan, owner: Owner): AlphaMemory {
    const { facts } = this.#fabric;
    const relation = facts.relation(plan.pattern.template);
    const keys = plan.equalities.map(({ own }) => own);
    const text = `${plan.pattern.text} by ${keys.map((key) => `${key.from}${key.at}`).join(' ')}`;
    const visits = (this.#visits[relation.id] ??= new Visits(this.#fabric));
    const shared = visits.find(text);
    if (shared !== undefined) return shared;
    const alpha = new AlphaMemory(this.#fabric, this.#alphas.length, plan.pattern, keys, text, owner);
    this.#alphas.push(alpha);
    visits.add(alpha);
    if (this.#fabric.keepsOrder) this.#empty.add(alpha);
    else for (const fact of facts.of(relation)) alpha.accept(fact, false);
    return alpha;
  }

  #alphaOf(entry: Address): AlphaMemory {
    return this.#alphas[this.#fabric.heap.words[entry + ENTRY_MEMORY] as number] as AlphaMemory;
  }

  /** Removes a node that has no children any more, and then what it alone hung on. */
  #prune(node: TokenNode): void {
    if (node.children.length > 0 || node === this.root) return;
    for (const token of Array.from(node.tokens())) deleteToken(this.#fabric, token);
    if (node instanceof GroupNode && node.result !== null) this.#prune(node.result);
    node.dispose();
    this.#fabric.nodes[node.id] = null;
    const { parent } = node;
    if (parent === null) return;
    parent.children.splice(parent.children.indexOf(node), 1);
    if (node instanceof PairedNode) this.#leave(node.alpha, node);
    this.#prune(parent);
  }

  /** A node stops reading an alpha memory; one that nobody reads goes. */
  #leave(alpha: AlphaMemory, node: PairedNode): void {
    alpha.joins.splice(alpha.joins.indexOf(node), 1);
    if (alpha.joins.length > 0) return;
    this.#visits[this.#fabric.facts.relation(node.plan.pattern.template).id]?.remove(alpha);
    for (const entry of Array.from(alpha.memory.records())) {
      alpha.memory.remove(entry);
      alpha.unlink(entry);
      alpha.free(entry);
    }
    alpha.memory.dispose();
    this.#alphas[alpha.id] = null;
  }
}

/** Whether nothing comes of a match but other matches: see `defer`. */
function isPlain(source: string, nodes: readonly (TokenNode | null)[]): boolean {
  if (/\btest\$\d/.test(source)) return false;
  return nodes.every((node) => {
    if (node instanceof TerminalNode)
      return node.branch.logical === 0 && node.compiled.rule.autoFocus !== true;
    return node === null || node instanceof RootNode || node.sourceName !== null;
  });
}
