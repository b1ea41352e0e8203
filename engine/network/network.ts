import type { Agenda } from '../agenda.ts';
import type { Relation } from '../facts.ts';
import {
  ENTRY_BLOCKED,
  ENTRY_NEXT,
  ENTRY_TOKENS,
  FACT_DYING,
  FACT_ENTRIES,
  NEXT,
  NIL,
  TOKEN_NODE,
  type Address,
} from '../heap.ts';
import type { BranchPlan } from '../plan.ts';
import { Construction } from './construction.ts';
import { Deferral } from './deferral.ts';
import { sourceOf, type Generated } from './generate.ts';
import { deleteToken, type Fabric, type TokenNode } from './node.ts';
import { unbindToken } from './paired.ts';
import { RootNode } from './root.ts';
import { TerminalNode, type CompiledRule } from './terminal.ts';

/** Facts asserted and tokens made before the network is written as source: what is new should be at work at once. */
const SOURCE_AFTER = 5000;

/** Tables are looked at for shrinking once in so many retractions. */
const RETRACTIONS_PER_TRIM = 4096;

/**
 * The RETE network at work: alpha memories of facts that pass one pattern, and a tree of nodes that pair them, as `Construction` has made
 * them. Changes go through depth first and at once, but for what `Deferral` puts off.
 */
export class Network {
  readonly #fabric: Fabric;
  readonly #agenda: Agenda;
  readonly #construction: Construction;
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
    this.#construction = new Construction(fabric, agenda);
    this.#deferral = new Deferral(fabric, agenda, {
      show: (relation, fact) => this.#show(relation, fact),
      remove: (fact) => this.#remove(fact),
      release: (entry) => this.#release(entry),
      enter: (relation, fact) => this.#construction.visitsOf(relation)?.enter(fact) ?? true,
      withdraw: (fact) => this.#withdraw(fact),
      alphaOf: (entry) => this.#construction.alphaOf(entry),
    });
  }

  get root(): RootNode {
    return this.#construction.root;
  }

  /** Adds a rule; facts that stand already are matched at once. */
  add(compiled: CompiledRule, branches: readonly BranchPlan[]): void {
    this.flush();
    this.#forgetSource();
    this.#construction.add(compiled, branches);
  }

  /** Removes a rule with its activations. */
  remove(compiled: CompiledRule): void {
    this.flush();
    this.#forgetSource();
    this.#construction.remove(compiled);
  }

  /** The ends of a rule's branches. */
  terminals(compiled: CompiledRule): readonly TerminalNode[] {
    return this.#construction.terminals(compiled);
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
    return this.#deferral.foreseenWell;
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
    const visits = this.#construction.visitsOf(relation);
    if (this.#generated === null || visits?.interleaves === true) visits?.accept(fact);
    else this.#generated.asserts[relation.id]?.(fact);
  }

  /** The network as JavaScript, as it runs after a while: for people, and for pictures. */
  source(): string {
    return sourceOf(this.#fabric, this.#agenda, this.#construction.alphas()).text;
  }

  /** Puts the source in the place of the nodes' own methods. All state stands in the heap, so either goes on where the other stood. */
  generate(): void {
    const { program, text } = sourceOf(this.#fabric, this.#agenda, this.#construction.alphas());
    const generated = program.run(text) as Generated;
    for (const node of this.#fabric.nodes) {
      if (node === null) continue;
      const { receive, activate, unblocked } = generated;
      for (const [method, by] of Object.entries({ receive, activate, unblocked }))
        if (node.id in by) Object.defineProperty(node, method, { value: by[node.id], configurable: true });
    }
    this.#generated = generated;
    this.#canDefer = !program.keeps('test') && canPutOff(this.#fabric.nodes);
    this.#fabric.heap.grown = generated.grown;
  }

  #forgetSource(): void {
    this.#generateAt = this.#work() + this.#sourceAfter;
    this.#canDefer = false;
    // Also for what is left of a firing under way.
    this.#defers = false;
    this.#deferral.rulesChange();
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
    for (const entry of entries) this.#construction.alphaOf(entry).memory.remove(entry);
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
    for (const entry of entries) this.#construction.alphaOf(entry).free(entry);
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
      const alpha = this.#construction.alphaOf(entry);
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
    for (const alpha of this.#construction.alphas()) alpha.memory.trim();
    this.#fabric.facts.trim();
  }
}

/** Whether nothing comes of a match but other matches: see `defer`. Tests that may fail with an error are asked for elsewhere. */
function canPutOff(nodes: readonly (TokenNode | null)[]): boolean {
  return nodes.every((node) => {
    if (node instanceof TerminalNode)
      return node.branch.logical === 0 && node.compiled.rule.autoFocus !== true;
    return node === null || node instanceof RootNode || node.sourceName !== null;
  });
}
