import type { Atoms } from './atoms.ts';
import type { FactStore } from './facts.ts';
import { ACTIVATION_PLACE, ACTIVATION_TAG, NIL, TOKEN_NODE, type Address, type Heap } from './heap.ts';
import type { Listeners } from './listener.ts';
import { identityOf } from './network/identity.ts';
import type { TokenNode } from './network/node.ts';
import type { TerminalNode } from './network/terminal.ts';
import { AgeQueue, ValueQueue, type Queue } from './strategy.ts';
import type { Transaction } from './transaction.ts';

/** The strategies: how activations of the same salience are ordered. */
export type Strategy = 'depth' | 'breadth' | 'canonical';

/** A queue with its rank: salience first, then, in the canonical strategy, the rule's place. */
interface Ranked {
  readonly salience: number;
  readonly place: number;
  readonly queue: Queue;
}

/**
 * What waits to fire. Activations of one rank stand in one queue; ranks are few, and sorted. An activation that has
 * fired stays in the network, off the agenda, so that it does not fire twice for the same facts (refraction).
 */
export class Agenda {
  readonly #heap: Heap;
  readonly #atoms: Atoms;
  readonly #facts: FactStore;
  readonly #nodes: readonly (TokenNode | null)[];
  readonly #strategy: Strategy;
  readonly #listeners: Listeners;
  #ranks: Ranked[] = [];
  #tag = 0;
  /**
   * Fired activations that went during the change under way. One that comes back before the change is over was never
   * really gone: under `canonical` it stays fired, so that refraction does not depend on the order of propagation.
   */
  readonly #spent = new Set<string>();
  /** Told what happens to activations while it is open. */
  transaction: Transaction | null = null;

  constructor(
    heap: Heap,
    atoms: Atoms,
    facts: FactStore,
    nodes: readonly (TokenNode | null)[],
    strategy: Strategy,
    listeners: Listeners,
  ) {
    this.#heap = heap;
    this.#atoms = atoms;
    this.#facts = facts;
    this.#nodes = nodes;
    this.#strategy = strategy;
    this.#listeners = listeners;
  }

  terminalOf = (token: Address): TerminalNode => {
    const number = this.#heap.words[token + TOKEN_NODE] as number;
    return this.#nodes[number < 0 ? ~number : number] as TerminalNode;
  };

  /** A new match of a whole rule. */
  add(token: Address, terminal: TerminalNode): void {
    this.#tag += 1;
    this.#heap.words[token + ACTIVATION_TAG] = this.#tag;
    this.transaction?.activationMade(token);
    if (this.#spent.size > 0 && this.#spent.delete(identityOf(this.#heap.words, token))) return;
    this.#queueOf(terminal).add(token);
    if (this.#listeners.size > 0) this.#listeners.activated(token, terminal);
  }

  /** A match is going, fired or not. */
  forget(token: Address, terminal: TerminalNode): void {
    this.transaction?.activationTouched(token, this.isWaiting(token));
    if (!this.isWaiting(token)) {
      if (this.#strategy === 'canonical') this.#spent.add(identityOf(this.#heap.words, token));
      return;
    }
    if (this.#listeners.size > 0) this.#listeners.deactivated(token, terminal);
    this.#queueOf(terminal).remove(token);
  }

  /** A change has gone through the network. */
  settle(): void {
    this.#spent.clear();
  }

  /** Takes an activation off because it fires now. */
  fire(token: Address, terminal: TerminalNode): void {
    this.transaction?.activationTouched(token, true);
    this.#queueOf(terminal).remove(token);
  }

  /** Sets an activation to what it was: waiting with its old tag, or fired. */
  restore(token: Address, tag: number, waiting: boolean): void {
    const queue = this.#queueOf(this.terminalOf(token));
    if (this.isWaiting(token)) queue.remove(token);
    this.#heap.words[token + ACTIVATION_TAG] = tag;
    if (waiting) queue.add(token);
  }

  isWaiting(token: Address): boolean {
    return this.#heap.words[token + ACTIVATION_PLACE] !== 0;
  }

  /** The next to fire; NIL: none. */
  first(): Address {
    for (const { queue } of this.#ranks) {
      const token = queue.first();
      if (token !== NIL) return token;
    }
    return NIL;
  }

  /** All that wait, in firing order. */
  all(): Address[] {
    return this.#ranks.flatMap(({ queue }) => queue.all());
  }

  /** Forgets ranks that nothing waits in, after rules were removed. */
  prune(): void {
    this.#ranks = this.#ranks.filter(({ queue }) => queue.first() !== NIL);
  }

  #queueOf(terminal: TerminalNode): Queue {
    const { salience } = terminal.compiled;
    const place = this.#strategy === 'canonical' ? terminal.compiled.place : 0;
    const found = this.#ranks.find((rank) => rank.salience === salience && rank.place === place);
    if (found !== undefined) return found.queue;
    const queue =
      this.#strategy === 'canonical'
        ? new ValueQueue(this.#heap, this.#atoms, this.#facts, this.terminalOf)
        : new AgeQueue(this.#heap, this.#strategy === 'depth');
    this.#ranks.push({ salience, place, queue });
    this.#ranks.sort((a, b) => b.salience - a.salience || a.place - b.place);
    return queue;
  }
}
