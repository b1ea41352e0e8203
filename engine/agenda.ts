import type { Atoms } from './atoms.ts';
import type { FactStore } from './facts.ts';
import {
  ACTIVATION_LOT,
  ACTIVATION_PLACE,
  ACTIVATION_SALIENCE,
  ACTIVATION_TAG,
  NIL,
  TOKEN_NODE,
  type Address,
  type Heap,
} from './heap.ts';
import type { Listeners } from './listener.ts';
import type { Modules } from './modules.ts';
import { identityOf } from './network/identity.ts';
import type { TokenNode } from './network/node.ts';
import type { CompiledRule, TerminalNode } from './network/terminal.ts';
import type { Queue } from './queue.ts';
import { Orders, type Strategy } from './strategy.ts';
import type { Transaction } from './transaction.ts';

export type { Strategy } from './strategy.ts';

/** When the salience of a rule is evaluated: once, at each activation, or before each firing for all that wait too. */
export type SalienceEvaluation = 'when-defined' | 'when-activated' | 'every-cycle';

/** A queue with its rank: salience first, then, in the canonical strategy, the rule's place. */
interface Ranked {
  readonly salience: number;
  readonly place: number;
  readonly queue: Queue;
}

/**
 * What waits to fire, module by module. Activations of one rank stand in one queue; ranks are few, and sorted. An activation
 * that has fired stays in the network, off the agenda, so that it does not fire twice for the same facts (refraction).
 */
export class Agenda {
  readonly #heap: Heap;
  readonly #nodes: readonly (TokenNode | null)[];
  readonly #listeners: Listeners;
  readonly #modules: Modules;
  readonly #orders: Orders;
  readonly #ranks = new Map<string, Ranked[]>();
  #strategy: Strategy;
  #tag = 0;
  #lot = 1;
  /** Counts how often queues have gone, and with them what rules remember. */
  #ranking = 0;
  /**
   * Fired activations that went during the change under way. One that comes back before the change is over was never
   * really gone: under `canonical` it stays fired, so that refraction does not depend on the order of propagation.
   */
  readonly #spent = new Set<string>();
  #isRemoving = false;
  /** Told what happens to activations while it is open. */
  transaction: Transaction | null = null;
  evaluation: SalienceEvaluation = 'when-defined';

  constructor(
    heap: Heap,
    atoms: Atoms,
    facts: FactStore,
    nodes: readonly (TokenNode | null)[],
    strategy: Strategy,
    listeners: Listeners,
    modules: Modules,
  ) {
    this.#heap = heap;
    this.#nodes = nodes;
    this.#strategy = strategy;
    this.#listeners = listeners;
    this.#modules = modules;
    this.#orders = new Orders(heap, atoms, facts, this.terminalOf);
  }

  terminalOf = (token: Address): TerminalNode =>
    this.#nodes[this.#heap.words[token + TOKEN_NODE] as number] as TerminalNode;

  get strategy(): Strategy {
    return this.#strategy;
  }

  /** Another strategy sorts everything that waits anew. */
  set strategy(strategy: Strategy) {
    const waiting = this.all();
    this.#empty(waiting);
    this.#strategy = strategy;
    for (const token of waiting) {
      if (strategy === 'random') this.#heap.words[token + ACTIVATION_LOT] = this.#drawn();
      this.#queue(token).add(token);
    }
  }

  /** A new match of a whole rule. A rule with auto-focus gets the focus for its module. */
  add(token: Address, terminal: TerminalNode): void {
    this.#tag += 1;
    this.transaction?.activationMade(token);
    this.#heap.words[token + ACTIVATION_TAG] = this.#tag;
    if (this.#spent.size > 0 && this.#spent.delete(identityOf(this.#heap.words, token))) return;
    this.#wait(token, terminal.compiled);
    if (this.#listeners.hears('activated')) this.#listeners.activated(token, terminal);
  }

  /** Puts an activation that has fired back, as a new one. */
  refresh(token: Address): void {
    if (this.isWaiting(token)) return;
    const terminal = this.terminalOf(token);
    this.#tag += 1;
    this.transaction?.activationRefreshed(token);
    this.#heap.words[token + ACTIVATION_TAG] = this.#tag;
    this.#wait(token, terminal.compiled);
    if (this.#listeners.hears('activated')) this.#listeners.activated(token, terminal);
  }

  /** A match is going, fired or not. */
  forget(token: Address, terminal: TerminalNode): void {
    this.transaction?.activationGoes(token, this.isWaiting(token));
    if (!this.isWaiting(token)) {
      if (this.#strategy === 'canonical' && !this.#isRemoving)
        this.#spent.add(identityOf(this.#heap.words, token));
      return;
    }
    if (this.#listeners.hears('deactivated')) this.#listeners.deactivated(token, terminal);
    this.#queueOf(terminal.compiled, this.salienceOf(token)).remove(token);
  }

  /** A change has gone through the network. */
  settle(): void {
    if (this.#spent.size > 0) this.#spent.clear();
  }

  /** Takes an activation off because it fires now. */
  fire(token: Address): void {
    this.transaction?.activationFires(token);
    this.#queue(token).remove(token);
  }

  /** Sets an activation to what it was: waiting with its old tag, or fired. */
  restore(token: Address, tag: number, waiting: boolean): void {
    if (this.isWaiting(token)) this.#queue(token).remove(token);
    this.#heap.words[token + ACTIVATION_TAG] = tag;
    if (!waiting) return;
    this.#heap.words[token + ACTIVATION_SALIENCE] = this.terminalOf(token).compiled.salience;
    this.#queue(token).add(token);
  }

  /**
   * Takes over running numbers of another agenda. `activations` lets each activation become like its original, and gives those
   * that have one; others go on waiting.
   */
  takeOver(other: Agenda, activations: () => ReadonlySet<Address>): void {
    const waiting = this.all();
    for (const token of waiting) this.#queue(token).remove(token);
    this.#ranks.clear();
    this.#ranking += 1;
    const known = activations();
    for (const token of waiting) if (!known.has(token)) this.#queue(token).add(token);
    this.#tag = Math.max(this.#tag, other.#tag);
    this.#lot = other.#lot;
  }

  /** Makes an activation, which does not wait, what its original is in another agenda. */
  becomeLike(token: Address, other: Agenda, original: Address): void {
    const { words } = this.#heap;
    for (const at of [ACTIVATION_TAG, ACTIVATION_SALIENCE, ACTIVATION_LOT])
      words[token + at] = other.#heap.words[original + at] as number;
    if (other.isWaiting(original)) this.#queue(token).add(token);
  }

  isWaiting(token: Address): boolean {
    return this.#heap.words[token + ACTIVATION_PLACE] !== 0;
  }

  salienceOf(token: Address): number {
    return this.#heap.words[token + ACTIVATION_SALIENCE] as number;
  }

  /**
   * The next to fire: of the module that has the focus. A module in which nothing waits loses it to the one below. NIL: there is
   * nothing in any module of the stack.
   */
  next(): Address {
    for (;;) {
      const module = this.#modules.focus;
      if (module === null) return NIL;
      const token = this.first(module);
      if (token !== NIL) return token;
      this.#modules.pop();
    }
  }

  /** The first of a module; NIL: nothing waits there. */
  first(module: string): Address {
    for (const { queue } of this.#ranks.get(module) ?? []) {
      const token = queue.first();
      if (token !== NIL) return token;
    }
    return NIL;
  }

  /** All that wait, or those of one module, in firing order. */
  all(module?: string): Address[] {
    const modules = module === undefined ? this.#modules.names : [module];
    return modules.flatMap((name) => (this.#ranks.get(name) ?? []).flatMap(({ queue }) => queue.all()));
  }

  /** Evaluates the salience of everything that waits, or waits in one module, and sorts it anew. */
  evaluateAnew(module?: string): void {
    const waiting = this.all(module);
    this.#empty(waiting);
    for (const token of waiting) {
      const { compiled } = this.terminalOf(token);
      compiled.salience = compiled.evaluated();
      this.#heap.words[token + ACTIVATION_SALIENCE] = compiled.salience;
      this.#queue(token).add(token);
    }
  }

  /** Does something that changes places of rules, and lets what waits wait in the new order. */
  rearrange(change: () => void): void {
    const waiting = this.all();
    this.#empty(waiting);
    change();
    for (const token of waiting) this.#queue(token).add(token);
  }

  /** Removes rules: their activations go for good, and ranks that nothing waits in are forgotten. */
  removing(work: () => void): void {
    this.#isRemoving = true;
    work();
    this.#isRemoving = false;
    this.#prune();
  }

  #prune(): void {
    this.#ranking += 1;
    for (const [module, ranks] of this.#ranks) {
      this.#ranks.set(
        module,
        ranks.filter(({ queue }) => queue.first() !== NIL),
      );
    }
  }

  #wait(token: Address, compiled: CompiledRule): void {
    if (compiled.rule.autoFocus === true) this.#modules.push(compiled.module);
    if (this.evaluation !== 'when-defined') compiled.salience = compiled.evaluated();
    this.#heap.words[token + ACTIVATION_SALIENCE] = compiled.salience;
    if (this.#strategy === 'random') this.#heap.words[token + ACTIVATION_LOT] = this.#drawn();
    this.#queueOf(compiled, compiled.salience).add(token);
  }

  #empty(waiting: readonly Address[]): void {
    for (const token of waiting) this.#queue(token).remove(token);
    this.#prune();
  }

  /** Park and Miller's generator: a session's lots are the same each time. */
  #drawn(): number {
    this.#lot = (this.#lot * 48_271) % 2_147_483_647;
    return this.#lot;
  }

  #queue(token: Address): Queue {
    return this.#queueOf(this.terminalOf(token).compiled, this.salienceOf(token));
  }

  /** The queue of a rule at a salience. The rule remembers it, since it is nearly always the same. */
  #queueOf(compiled: CompiledRule, salience: number): Queue {
    const { waitsIn } = compiled;
    if (waitsIn !== null && waitsIn.salience === salience && waitsIn.ranking === this.#ranking)
      return waitsIn.queue;
    const queue = this.#queueAt(compiled, salience);
    compiled.waitsIn = { queue, salience, ranking: this.#ranking };
    return queue;
  }

  #queueAt(compiled: CompiledRule, salience: number): Queue {
    const place = this.#strategy === 'canonical' ? compiled.place : 0;
    let ranks = this.#ranks.get(compiled.module);
    if (ranks === undefined) this.#ranks.set(compiled.module, (ranks = []));
    const found = ranks.find((rank) => rank.salience === salience && rank.place === place);
    if (found !== undefined) return found.queue;
    const queue = this.#orders.queue(this.#strategy);
    ranks.push({ salience, place, queue });
    ranks.sort((a, b) => b.salience - a.salience || a.place - b.place);
    return queue;
  }
}
