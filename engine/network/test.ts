import { KEY, NIL, type Address } from '../heap.ts';
import type { TestPlan } from '../plan.ts';
import { conjunction, type Holds } from './access.ts';
import { Memory } from './memory.ts';
import { makeToken, TokenNode, type Fabric, type Owner } from './node.ts';

/** Lets a token pass when a test holds of it, judged once. Tests behind a pattern stand in its join instead. */
export class TestNode extends TokenNode {
  readonly owner: Owner;
  readonly #holds: Holds;
  readonly #passed: Memory;

  constructor(fabric: Fabric, parent: TokenNode, plan: TestPlan, owner: Owner) {
    super(fabric, parent, plan.level, plan.text);
    this.owner = owner;
    this.#holds = conjunction(fabric, plan.tests, plan.level, owner, false);
    this.#passed = new Memory(fabric.heap, false, 'last-in-first-out');
  }

  receive(parent: Address, entry: Address, fact: Address): void {
    const token = makeToken(this, parent, entry, fact);
    this.#passed.prepend(token, Number(this.#holds(token, NIL)));
    if (this.#hasPassed(token)) this.send(token, NIL, NIL);
  }

  forget(token: Address): void {
    this.#passed.remove(token);
  }

  prime(child: TokenNode): void {
    for (const token of this.#passed.records()) if (this.#hasPassed(token)) child.receive(token, NIL, NIL);
  }

  dispose(): void {
    this.#passed.dispose();
  }

  tokens(): Iterable<Address> {
    return this.#passed.records();
  }

  /** Its key in the memory, which is a single list, is the outcome of the test. */
  #hasPassed(token: Address): boolean {
    return this.fabric.heap.words[token + KEY] === 1;
  }
}
