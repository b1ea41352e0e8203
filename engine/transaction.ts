import type { Agenda } from './agenda.ts';
import type { Atom, Atoms } from './atoms.ts';
import type { FactStore, Relation } from './facts.ts';
import { ACTIVATION_TAG, FACT_INDEX, type Address } from './heap.ts';
import { identityOf } from './network/identity.ts';
import type { Network } from './network/network.ts';
import type { Fabric } from './network/node.ts';
import type { Supports } from './support.ts';
import type { Value } from './value.ts';

/** One change, with what is needed to take it back. */
type Change =
  | { readonly kind: 'asserted'; readonly index: number }
  | {
      readonly kind: 'retracted';
      readonly index: number;
      readonly relation: Relation;
      readonly atoms: readonly Atom[];
    }
  | { readonly kind: 'global'; readonly cell: { value: Value }; readonly value: Value };

/** What an activation was. */
interface Was {
  readonly tag: number;
  readonly waiting: boolean;
}

/** A token that may be deleted and made again at another address: its identity says which one it is. */
interface Known {
  readonly identity: string;
  readonly address: Address;
  /** The terminal node of the rule whose support it is. */
  readonly by: number;
}

/**
 * A record of what happens from `begin` on, so that it can be taken back at a cost that depends on what happened alone.
 * Facts and globals are undone step by step, backwards. Whatever the network rebuilds meanwhile is then set to what was
 * noted when it was first touched: activations waiting or fired, facts hanging on their supports.
 */
export class Transaction {
  readonly #fabric: Fabric;
  readonly #changes: Change[] = [];
  /** Activations that were touched and stand, as they were at `begin`; null: they did not exist. */
  readonly #standing = new Map<Address, Was | null>();
  /** The same of those that have gone since, by identity, since they may come back at another address. */
  readonly #gone = new Map<string, Was | null>();
  /** Facts whose supports were touched, by index, with the supports at `begin`; null: the fact did not exist. */
  readonly #supports = new Map<number, readonly Known[] | null>();
  readonly #nextIndex: number;

  constructor(fabric: Fabric) {
    this.#fabric = fabric;
    this.#nextIndex = fabric.facts.nextIndex;
    fabric.made = new Set();
  }

  factAsserted(index: number): void {
    this.#changes.push({ kind: 'asserted', index });
    if (!this.#supports.has(index)) this.#supports.set(index, null);
  }

  /** Called while the fact is still there; its atoms are held until the transaction ends. */
  factRetracted(fact: Address): void {
    const { facts, atoms, heap } = this.#fabric;
    const held = facts.atomsOf(fact);
    for (const atom of held) atoms.retain(atom);
    this.#changes.push({
      kind: 'retracted',
      index: heap.words[fact + FACT_INDEX] as number,
      relation: facts.relationOf(fact),
      atoms: held,
    });
  }

  globalSet(cell: { value: Value }): void {
    this.#changes.push({ kind: 'global', cell, value: cell.value });
  }

  activationMade(token: Address): void {
    if (this.#gone.size === 0) {
      this.#standing.set(token, null);
      return;
    }
    const identity = this.#identityOf(token);
    this.#standing.set(token, this.#gone.get(identity) ?? null);
    this.#gone.delete(identity);
  }

  /** Called before an activation fires. */
  activationFires(token: Address): void {
    if (!this.#standing.has(token)) this.#standing.set(token, this.#now(token, true));
  }

  /** Called before an activation that has fired waits again. */
  activationRefreshed(token: Address): void {
    if (!this.#standing.has(token)) this.#standing.set(token, this.#now(token, false));
  }

  /** Called before an activation goes. */
  activationGoes(token: Address, waiting: boolean): void {
    const was = this.#standing.get(token);
    this.#standing.delete(token);
    if (was === null) return;
    this.#gone.set(this.#identityOf(token), was ?? this.#now(token, waiting));
  }

  #now(token: Address, waiting: boolean): Was {
    return { tag: this.#fabric.heap.words[token + ACTIVATION_TAG] as number, waiting };
  }

  /** Called before a fact's supports change. */
  supportsTouched(fact: Address): void {
    const index = this.#fabric.heap.words[fact + FACT_INDEX] as number;
    if (this.#supports.has(index)) return;
    const entries = this.#fabric.supports.entries(fact);
    this.#supports.set(
      index,
      entries.map(({ token, by }) => ({ identity: this.#identityOf(token), address: token, by })),
    );
  }

  /** Ends the transaction, keeping what was done. */
  close(atoms: Atoms): void {
    for (const change of this.#changes) {
      if (change.kind === 'retracted') for (const atom of change.atoms) atoms.release(atom);
    }
    this.#changes.length = 0;
    this.#fabric.made = null;
  }

  /** Takes everything back. The transaction is over afterwards. */
  undo(network: Network, facts: FactStore, agenda: Agenda, supports: Supports): void {
    for (const change of this.#changes.toReversed())
      if (change.kind === 'global') change.cell.value = change.value;
    for (const change of this.#changes.toReversed()) {
      if (change.kind === 'asserted') network.retract(facts.at(change.index));
      // The new fact takes over what the transaction held of the atoms.
      else if (change.kind === 'retracted') {
        network.assert(change.relation, facts.add(change.relation, change.atoms, change.index));
      }
    }
    this.#changes.length = 0;
    facts.nextIndex = this.#nextIndex;

    // Whatever stood at `begin` stands again, and was noted at its new address when it came back.
    for (const [token, was] of this.#standing) if (was !== null) agenda.restore(token, was.tag, was.waiting);
    const made = this.#supports.size === 0 ? null : this.#fabric.made;
    const byIdentity = new Map(Array.from(made ?? [], (token) => [this.#identityOf(token), token]));
    this.#fabric.made = null;
    for (const [index, was] of this.#supports) {
      if (was === null) continue;
      const fact = facts.at(index);
      supports.clear(fact);
      for (const { identity, address, by } of was.toReversed())
        supports.add(byIdentity.get(identity) ?? address, fact, by);
    }
    supports.orphans.length = 0;
  }

  #identityOf(token: Address): string {
    return identityOf(this.#fabric.heap.words, token);
  }
}
