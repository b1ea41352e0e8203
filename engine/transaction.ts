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

/** A token that may be deleted and made again at another address: its identity says which one it is. */
interface Known {
  readonly identity: string;
  readonly address: Address;
}

/**
 * A record of what happens from `begin` on, so that it can be taken back at a cost that depends on what happened alone.
 * Facts and globals are undone step by step, backwards. Whatever the network rebuilds meanwhile is then set to what was
 * noted when it was first touched: activations waiting or fired, facts hanging on their supports.
 */
export class Transaction {
  readonly #fabric: Fabric;
  readonly #changes: Change[] = [];
  /** Activations that were touched, as they were at `begin`; null: they did not exist. */
  readonly #activations = new Map<
    string,
    { readonly address: Address; readonly tag: number; readonly waiting: boolean } | null
  >();
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
    const identity = this.#identityOf(token);
    if (!this.#activations.has(identity)) this.#activations.set(identity, null);
  }

  /** Called before an activation fires or goes. */
  activationTouched(token: Address, waiting: boolean): void {
    const identity = this.#identityOf(token);
    if (this.#activations.has(identity)) return;
    const tag = this.#fabric.heap.words[token + ACTIVATION_TAG] as number;
    this.#activations.set(identity, { address: token, tag, waiting });
  }

  /** Called before a fact's supports change. */
  supportsTouched(fact: Address): void {
    const index = this.#fabric.heap.words[fact + FACT_INDEX] as number;
    if (this.#supports.has(index)) return;
    const tokens = this.#fabric.supports.of(fact);
    this.#supports.set(
      index,
      tokens.map((address) => ({ identity: this.#identityOf(address), address })),
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

    // What went and came back, in the transaction or just now, stands at another address.
    const byIdentity = new Map(
      Array.from(this.#fabric.made ?? [], (token) => [this.#identityOf(token), token]),
    );
    this.#fabric.made = null;
    for (const [identity, was] of this.#activations) {
      if (was !== null) agenda.restore(byIdentity.get(identity) ?? was.address, was.tag, was.waiting);
    }
    for (const [index, was] of this.#supports) {
      if (was === null) continue;
      const fact = facts.at(index);
      supports.clear(fact);
      for (const { identity, address } of was.toReversed())
        supports.add(byIdentity.get(identity) ?? address, fact);
    }
    supports.orphans.length = 0;
  }

  #identityOf(token: Address): string {
    return identityOf(this.#fabric.heap.words, token);
  }
}
