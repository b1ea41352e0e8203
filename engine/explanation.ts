import type { FactStore } from './facts.ts';
import { NIL, TOKEN_FACT, type Address, type Heap } from './heap.ts';
import type { Listener } from './listener.ts';
import { ancestor, type TokenNode } from './network/node.ts';
import { TerminalNode } from './network/terminal.ts';
import type { Rule } from './rule.ts';
import type { Supports } from './support.ts';
import type { Activation, Fact } from './world.ts';

/** Why something was concluded: a rule, and the facts that matched it, each with the reason why it stands. */
export interface Explanation {
  readonly rule: Rule;
  /** In the order of the conditions; null for one that matched by absence. */
  readonly facts: readonly (ExplainedFact | null)[];
}

export interface ExplainedFact {
  readonly fact: Fact;
  /**
   * What it follows from. `supported`: it stands as long as one of `because` holds. `asserted`: the one rule of `because` made it when it fired,
   * and it stands by itself. `outside`: it came from outside, or nobody has recorded from where.
   */
  readonly stands: 'supported' | 'asserted' | 'outside';
  readonly because: readonly Explanation[];
  /** It is explained further up already: here the explanation would go round in a circle. */
  readonly isRepeated: boolean;
}

/**
 * Remembers which firing made which fact, for explanations that go beyond truth maintenance. It listens to a session:
 *
 *     const provenance = new Provenance();
 *     session.listen(provenance);
 *
 * A fact keeps what it was made of as long as it stands, and so on down to what came from outside.
 */
export class Provenance implements Listener {
  readonly #made = new Map<number, Explanation>();
  #firing: Explanation | null = null;

  fired({ rule, facts }: Activation): void {
    this.#firing = {
      rule,
      facts: facts.map((fact) => (fact === null ? null : this.#explained(fact))),
    };
  }

  finished(): void {
    this.#firing = null;
  }

  asserted({ index }: Fact): void {
    if (this.#firing === null) this.#made.delete(index);
    else this.#made.set(index, this.#firing);
  }

  retracted({ index }: Fact): void {
    this.#made.delete(index);
  }

  /** The firing that made a fact, as it was then; null: none that was heard of. */
  of(index: number): Explanation | null {
    return this.#made.get(index) ?? null;
  }

  #explained(fact: Fact): ExplainedFact {
    const made = this.#made.get(fact.index);
    if (made === undefined) return { fact, stands: 'outside', because: [], isRepeated: false };
    return { fact, stands: 'asserted', because: [made], isRepeated: false };
  }
}

/** Where supports are read. */
export interface Grounds {
  readonly heap: Heap;
  readonly facts: FactStore;
  readonly supports: Supports;
  readonly nodes: readonly (TokenNode | null)[];
}

/** Explains facts and activations by what supports them, down to what stands by itself. */
export class Explaining {
  readonly #grounds: Grounds;
  readonly #provenance: Provenance | null;

  constructor(grounds: Grounds, provenance: Provenance | null) {
    this.#grounds = grounds;
    this.#provenance = provenance;
  }

  explain({ rule, facts }: Pick<Activation, 'rule' | 'facts'>, above: readonly number[] = []): Explanation {
    return { rule, facts: facts.map((fact) => (fact === null ? null : this.fact(fact, above))) };
  }

  /** `above`: indexes of the facts that this one is to explain. */
  fact(fact: Fact, above: readonly number[] = []): ExplainedFact {
    const address = this.#grounds.facts.at(fact.index);
    const supports = address === NIL ? [] : this.#supportsOf(address);
    const made = this.#provenance?.of(fact.index) ?? null;
    const isRepeated = above.includes(fact.index);
    if (supports.length > 0) {
      const below = [...above, fact.index];
      const because = isRepeated ? [] : supports.map((each) => this.explain(each, below));
      return { fact, stands: 'supported', because, isRepeated };
    }
    if (made === null) return { fact, stands: 'outside', because: [], isRepeated };
    return { fact, stands: 'asserted', because: isRepeated ? [] : [made], isRepeated };
  }

  #supportsOf(fact: Address): Pick<Activation, 'rule' | 'facts'>[] {
    const { nodes, supports } = this.#grounds;
    return supports.entries(fact).flatMap(({ token, by }) => {
      const terminal = nodes[by];
      return terminal instanceof TerminalNode
        ? [{ rule: terminal.compiled.rule, facts: this.#factsOf(token, terminal) }]
        : [];
    });
  }

  /** The facts of the logical conditions of a rule, which a support is a match of. */
  #factsOf(token: Address, { branch: { levels, logical } }: TerminalNode): (Fact | null)[] {
    const { heap, facts } = this.#grounds;
    return levels.slice(0, logical).flatMap(({ shown }, at) => {
      if (!shown) return [];
      const fact = heap.words[ancestor(heap.words, token, logical - 1 - at) + TOKEN_FACT] as Address;
      return [fact === NIL ? null : facts.view(fact)];
    });
  }
}
