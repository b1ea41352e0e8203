import { compareAtoms, type Atom } from '../atoms.ts';
import { RuleError } from '../functions/builtin.ts';
import { ENTRY_FACT, ENTRY_ORDINAL, FACT_SLOTS, NEXT, NIL, TOKEN_BLOCKER, type Address } from '../heap.ts';
import { compareValues } from '../order.ts';
import type { JoinPlan } from '../plan.ts';
import type { Value } from '../value.ts';
import { matchExpression } from './access.ts';
import type { AlphaMemory } from './alpha.ts';
import { deleteChildren, reportTo, willDie, type Fabric, type Owner, type TokenNode } from './node.ts';
import { PairedNode } from './paired.ts';

/** What an entry is worth to a token, one value per criterion. */
type Worth = Value[];

interface Criterion {
  readonly sign: 1 | -1;
  readonly value: (token: Address, entry: Address) => Value;
}

/**
 * Pairs each token with the one entry that is best by the criteria, in order; a tie goes to the fact whose values come
 * first in canonical order. A new entry is compared with the best alone; only when the best goes is the bucket walked
 * again, once, so that no step costs more than one pass over the facts that a token can see.
 */
export class BestNode extends PairedNode {
  readonly #criteria: readonly Criterion[];
  // Two lists that take turns: a pass over many facts makes no others.
  #worth: Worth = [];
  #bestWorth: Worth = [];

  constructor(fabric: Fabric, parent: TokenNode, plan: JoinPlan, alpha: AlphaMemory, owner: Owner) {
    super(fabric, parent, plan, alpha, owner);
    this.#criteria = plan.criteria.map(({ order, by }) => ({
      sign: order === 'maximize' ? -1 : 1,
      value: matchExpression(fabric, by, plan.variables, plan.level),
    }));
  }

  receive(parent: Address, entry: Address, fact: Address): void {
    this.#elect(this.admit(parent, entry, fact));
  }

  activate(entry: Address): void {
    const { heap } = this.fabric;
    let token = this.nextToken(entry, this.firstToken(entry));
    while (token !== NIL) {
      const next = heap.words[token + NEXT] as Address;
      this.#challenge(token, entry);
      token = this.nextToken(entry, next);
    }
  }

  override unblocked(token: Address): void {
    if (willDie(this.fabric.heap.words, token)) return;
    deleteChildren(this.fabric, token);
    this.#elect(token);
  }

  forget(token: Address): void {
    this.unbind(token);
    this.left.remove(token);
  }

  prime(child: TokenNode): void {
    const { words } = this.fabric.heap;
    for (const token of this.left.records()) {
      const best = words[token + TOKEN_BLOCKER] as Address;
      if (best !== NIL) child.receive(token, best, this.fabric.heap.words[best + ENTRY_FACT] as Address);
    }
  }

  /** Finds the best among all that match, in one pass. */
  #elect(token: Address): void {
    const { heap } = this.fabric;
    let best: Address = NIL;
    for (
      let entry = this.firstMatch(token);
      entry !== NIL;
      entry = this.nextMatch(token, heap.words[entry + NEXT] as Address)
    ) {
      if (!this.#weigh(this.#worth, token, entry)) continue;
      if (best === NIL || this.#compare(entry, best) < 0) {
        best = entry;
        [this.#worth, this.#bestWorth] = [this.#bestWorth, this.#worth];
      }
    }
    if (best !== NIL) this.#choose(token, best);
  }

  #challenge(token: Address, entry: Address): void {
    if (!this.#weigh(this.#worth, token, entry)) return;
    const best = this.fabric.heap.words[token + TOKEN_BLOCKER] as Address;
    if (best !== NIL) {
      if (this.#weigh(this.#bestWorth, token, best) && this.#compare(entry, best) >= 0) return;
      this.unbind(token);
      deleteChildren(this.fabric, token);
    }
    this.#choose(token, entry);
  }

  #choose(token: Address, entry: Address): void {
    this.bind(token, entry);
    this.send(token, entry, this.fabric.heap.words[entry + ENTRY_FACT] as Address);
  }

  /** Evaluates the criteria; false: one of them can't be evaluated, and the entry is no candidate. */
  #weigh(worth: Worth, token: Address, entry: Address): boolean {
    try {
      for (let at = 0; at < this.#criteria.length; at += 1) {
        worth[at] = (this.#criteria[at] as Criterion).value(token, entry);
      }
      return true;
    } catch (problem) {
      if (!(problem instanceof RuleError)) throw problem;
      reportTo(this.fabric, this.owner, problem);
      return false;
    }
  }

  /** Negative: `a`, worth `#worth`, is better than `b`, worth `#bestWorth`. Never zero for two entries. */
  #compare(a: Address, b: Address): number {
    for (let at = 0; at < this.#criteria.length; at += 1) {
      const order = compareValues(this.#worth[at] as Value, this.#bestWorth[at] as Value);
      if (order !== 0) return order * (this.#criteria[at] as Criterion).sign;
    }
    const { heap, atoms, facts } = this.fabric;
    const { words } = heap;
    const factA = words[a + ENTRY_FACT] as Address;
    const factB = words[b + ENTRY_FACT] as Address;
    const { size } = facts.relationOf(factA);
    for (let slot = FACT_SLOTS; slot < size; slot += 1) {
      const atomA = words[factA + slot] as Atom;
      const atomB = words[factB + slot] as Atom;
      if (atomA !== atomB) return compareAtoms(atoms, atomA, atomB);
    }
    return (words[a + ENTRY_ORDINAL] as number) - (words[b + ENTRY_ORDINAL] as number);
  }
}
