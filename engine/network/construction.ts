import type { Agenda } from '../agenda.ts';
import type { Relation } from '../facts.ts';
import { ENTRY_MEMORY, TOKEN_ENTRY, TOKEN_FACT, TOKEN_PARENT, type Address } from '../heap.ts';
import type { BranchPlan, JoinPlan, LevelPlan } from '../plan.ts';
import { keyOf } from '../rule.ts';
import { AlphaMemory } from './alpha.ts';
import { BestNode } from './best.ts';
import { ExistsNode } from './exists.ts';
import { GroupNode, ResultNode } from './group.ts';
import { JoinNode } from './join.ts';
import { deleteToken, type Fabric, type Owner, type TokenNode } from './node.ts';
import { NotNode } from './not.ts';
import { PairedNode } from './paired.ts';
import { RootNode } from './root.ts';
import { TerminalNode, type CompiledRule } from './terminal.ts';
import { TestNode } from './test.ts';
import { Visits } from './visits.ts';

/**
 * How a network comes to look as it does: nodes and alpha memories are made for the rules that are added, shared where rules begin with
 * the same conditions, and taken away with the last rule that needs them.
 */
export class Construction {
  readonly root: RootNode;
  readonly #fabric: Fabric;
  readonly #agenda: Agenda;
  readonly #alphas: (AlphaMemory | null)[] = [];
  /** By template. */
  readonly #visits: Visits[] = [];
  /** Patterns of the rule that is being added, which have not seen the facts yet. */
  readonly #empty = new Set<AlphaMemory>();
  readonly #terminals = new Map<CompiledRule, TerminalNode[]>();

  constructor(fabric: Fabric, agenda: Agenda) {
    this.#fabric = fabric;
    this.#agenda = agenda;
    this.root = new RootNode(fabric);
  }

  /**
   * Adds a rule; facts that stand already are matched at once. In the order of CLIPS 6.30 (its `incrrset.c`): what hangs below
   * an older node gets the matches of that, and then each fact is shown to the patterns that are new, oldest fact first.
   */
  add(compiled: CompiledRule, branches: readonly BranchPlan[]): void {
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

  /** Removes a rule with its activations, and the nodes that no other rule uses. */
  remove(compiled: CompiledRule): void {
    const terminals = this.#terminals.get(compiled) ?? [];
    this.#terminals.delete(compiled);
    this.#agenda.removing(() => {
      // What waits goes in the order in which it would have fired. Where no order of coming and going matters, in any.
      const waiting = this.#fabric.keepsOrder ? this.#agenda.all() : [];
      for (const token of waiting)
        if (terminals.includes(this.#agenda.terminalOf(token))) deleteToken(this.#fabric, token);
      for (const terminal of terminals) this.#prune(terminal);
    });
    this.#bequeath(keyOf(compiled.rule));
  }

  /** What a rule that has gone leaves to others tells its errors as theirs. */
  #bequeath(key: string): void {
    for (const node of this.#fabric.nodes)
      if (node instanceof PairedNode || node instanceof TestNode) inherit(node.owner, key, [node]);
    for (const { owner, joins } of this.alphas())
      inherit(
        owner,
        key,
        joins.filter((join) => join instanceof PairedNode),
      );
  }

  /** The ends of a rule's branches. */
  terminals(compiled: CompiledRule): readonly TerminalNode[] {
    return this.#terminals.get(compiled) ?? [];
  }

  /** The patterns of a template in the order in which a fact is shown to them; undefined: no rule asks for it. */
  visitsOf(relation: Relation): Visits | undefined {
    return this.#visits[relation.id];
  }

  /** The memory that an entry stands in. */
  alphaOf(entry: Address): AlphaMemory {
    return this.#alphas[this.#fabric.heap.words[entry + ENTRY_MEMORY] as number] as AlphaMemory;
  }

  alphas(): AlphaMemory[] {
    return this.#visits.flatMap((visits) => visits.order);
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
        ? new TestNode(this.#fabric, parent, level, { ...owner })
        : this.#makePaired(parent, level, owner);
    parent.children.unshift(node);
    made.push(node);
    return node;
  }

  #makePaired(parent: TokenNode, plan: JoinPlan, owner: Owner): PairedNode {
    const alpha = this.#alphaFor(plan, owner);
    const Kind = { join: JoinNode, not: NotNode, exists: ExistsNode, best: BestNode }[plan.kind];
    const node = new Kind(this.#fabric, parent, plan, alpha, { ...owner });
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
    const alpha = new AlphaMemory(this.#fabric, this.#alphas.length, plan.pattern, keys, text, { ...owner });
    this.#alphas.push(alpha);
    visits.add(alpha);
    if (this.#fabric.keepsOrder) this.#empty.add(alpha);
    else for (const fact of facts.of(relation)) alpha.accept(fact, false);
    return alpha;
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

/** Gives what belonged to a rule to one that stands below. */
function inherit(owner: Owner, key: string, below: readonly TokenNode[]): void {
  if (owner.rule !== key) return;
  const heir = firstRule(below);
  if (heir === null) return;
  owner.rule = keyOf(heir.rule);
  owner.origin = heir.matched.origin;
}

function firstRule(nodes: readonly TokenNode[]): CompiledRule | null {
  for (const node of nodes) {
    if (node instanceof TerminalNode) return node.compiled;
    const found = firstRule(node instanceof ResultNode ? [node.group] : node.children);
    if (found !== null) return found;
  }
  return null;
}
