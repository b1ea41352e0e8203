import { compareAtoms, type Atoms } from './atoms.ts';
import { complexityOf } from './complexity.ts';
import type { FactStore } from './facts.ts';
import {
  ACTIVATION_LOT,
  ACTIVATION_TAG,
  ENTRY_ORDINAL,
  FACT_INDEX,
  FACT_SLOTS,
  FACT_TEMPLATE,
  NIL,
  TOKEN_ENTRY,
  TOKEN_FACT,
  type Address,
  type Heap,
} from './heap.ts';
import { ancestor } from './network/node.ts';
import type { TerminalNode } from './network/terminal.ts';
import { AgeQueue, OrderQueue, type Queue } from './queue.ts';
import { keyOf } from './rule.ts';
import { unreachable } from './unreachable.ts';

/** The strategies of CLIPS, and ours: how activations of the same salience are ordered. */
export const strategies = [
  'depth',
  'breadth',
  'simplicity',
  'complexity',
  'lex',
  'mea',
  'random',
  'canonical',
] as const;

/**
 * How activations of the same salience are ordered. `depth`: the youngest first. `breadth`: the oldest first. `simplicity` and
 * `complexity`: by how much the rule tests, then the oldest. `lex`: by the ages of all facts, the youngest fact of each first.
 * `mea`: by the age of the first fact, then as lex. `random`: by lot. `canonical`: by the rule's place, then by the values of the facts.
 */
export type Strategy = (typeof strategies)[number];

type Compare = (a: Address, b: Address) => number;

/** Orders of activations, as Basic Programming Guide 5.3 of CLIPS 6.30 has them. */
export class Orders {
  readonly #heap: Heap;
  readonly #atoms: Atoms;
  readonly #facts: FactStore;
  readonly #terminal: (token: Address) => TerminalNode;

  constructor(heap: Heap, atoms: Atoms, facts: FactStore, terminal: (token: Address) => TerminalNode) {
    this.#heap = heap;
    this.#atoms = atoms;
    this.#facts = facts;
    this.#terminal = terminal;
  }

  /** An empty queue of a strategy. */
  queue(strategy: Strategy): Queue {
    switch (strategy) {
      case 'depth':
      case 'breadth':
        return new AgeQueue(this.#heap, strategy === 'depth');
      case 'simplicity':
        return new OrderQueue(
          this.#heap,
          this.#oldestOf((a, b) => this.#complexity(a) - this.#complexity(b)),
        );
      case 'complexity':
        return new OrderQueue(
          this.#heap,
          this.#oldestOf((a, b) => this.#complexity(b) - this.#complexity(a)),
        );
      case 'lex':
        return new OrderQueue(
          this.#heap,
          this.#oldestOf((a, b) => this.#byAges(a, b)),
        );
      case 'mea':
        return new OrderQueue(
          this.#heap,
          this.#oldestOf((a, b) => this.#firstAge(b) - this.#firstAge(a) || this.#byAges(a, b)),
        );
      case 'random':
        return new OrderQueue(
          this.#heap,
          this.#oldestOf((a, b) => this.#word(a, ACTIVATION_LOT) - this.#word(b, ACTIVATION_LOT)),
        );
      case 'canonical':
        return new OrderQueue(this.#heap, (a, b) => this.#byValues(a, b));
      default:
        return unreachable(strategy);
    }
  }

  #word(record: Address, at: number): number {
    return this.#heap.words[record + at] as number;
  }

  #oldestOf(compare: Compare): Compare {
    return (a, b) => compare(a, b) || this.#word(a, ACTIVATION_TAG) - this.#word(b, ACTIVATION_TAG);
  }

  #complexity(token: Address): number {
    return complexityOf(this.#terminal(token).branch);
  }

  #age(fact: Address | undefined): number {
    // Facts count from 0 in a session of CLIPS, and an absence is older than all of them.
    return fact === NIL || fact === undefined ? -1 : this.#word(fact, FACT_INDEX);
  }

  #firstAge(token: Address): number {
    return this.#age(this.#terminal(token).factsOf(token)[0]);
  }

  /** Ages sorted down and compared one by one; more of them go first, then the more complex rule. */
  #byAges(a: Address, b: Address): number {
    const agesA = this.#ages(a);
    const agesB = this.#ages(b);
    for (let at = 0; at < agesA.length && at < agesB.length; at += 1) {
      const order = (agesB[at] as number) - (agesA[at] as number);
      if (order !== 0) return order;
    }
    return agesB.length - agesA.length || this.#complexity(b) - this.#complexity(a);
  }

  #ages(token: Address): number[] {
    const facts = this.#terminal(token).factsOf(token);
    // A rule without conditions has one match, of nothing.
    if (facts.length === 0) return [-1];
    return facts.map((fact) => this.#age(fact)).toSorted((a, b) => b - a);
  }

  /**
   * By the facts, condition by condition, an absence before a fact; then by how multislots were split; then by branch.
   * Two activations of a rule always differ in one of these.
   */
  #byValues(a: Address, b: Address): number {
    const { words } = this.#heap;
    const terminalA = this.#terminal(a);
    const terminalB = this.#terminal(b);
    const shownA = terminalA.shown;
    const shownB = terminalB.shown;
    for (let at = 0; at < shownA.length && at < shownB.length; at += 1) {
      const factA = words[ancestor(words, a, shownA[at] as number) + TOKEN_FACT] as Address;
      const factB = words[ancestor(words, b, shownB[at] as number) + TOKEN_FACT] as Address;
      if (factA === factB) continue;
      const order = this.#compareFacts(factA, factB);
      if (order !== 0) return order;
    }
    if (shownA.length !== shownB.length) return shownA.length - shownB.length;
    if (terminalA !== terminalB) return terminalA.id - terminalB.id;
    for (const distance of shownA) {
      const entryA = words[ancestor(words, a, distance) + TOKEN_ENTRY] as Address;
      const entryB = words[ancestor(words, b, distance) + TOKEN_ENTRY] as Address;
      if (entryA !== entryB)
        return (words[entryA + ENTRY_ORDINAL] as number) - (words[entryB + ENTRY_ORDINAL] as number);
    }
    return 0;
  }

  #compareFacts(a: Address, b: Address): number {
    if (a === NIL || b === NIL) return a === NIL ? -1 : 1;
    const { words } = this.#heap;
    const relation = this.#facts.relationOf(a);
    if (words[a + FACT_TEMPLATE] !== words[b + FACT_TEMPLATE]) {
      return keyOf(relation.template) < keyOf(this.#facts.relationOf(b).template) ? -1 : 1;
    }
    for (let slot = FACT_SLOTS; slot < relation.size; slot += 1) {
      const atomA = words[a + slot] as number;
      const atomB = words[b + slot] as number;
      if (atomA !== atomB) return compareAtoms(this.#atoms, atomA, atomB);
    }
    return 0;
  }
}
