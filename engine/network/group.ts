import { KEY, NEXT, NIL, RESULT_BLOCKED, TOKEN_BLOCKER, type Address } from '../heap.ts';
import type { GroupPlan } from '../plan.ts';
import { identityReader, keyOf, type Read } from './access.ts';
import { Memory } from './memory.ts';
import { ancestor, deleteChildren, makeToken, TokenNode, willDie, type Fabric } from './node.ts';
import { bindToken, unbindToken } from './paired.ts';

/**
 * `not` or `exists` over several conditions. The conditions inside are a chain of their own that begins at the same match as this node
 * (Doorenbos 1995, section 2.8); what comes out at its end blocks the tokens here, or lets them pass. As in CLIPS, a result counts
 * for every token with the same values of the variables that the conditions inside name, whichever match it began from.
 *
 * The inner chain mostly gets a match before this node does, so that nothing passes that is about to be blocked; what passes too
 * early is taken back.
 */
export class GroupNode extends TokenNode {
  readonly #left: Memory;
  readonly #results: Memory;
  /** How many levels the inner chain has: a result's link to the match it began from. */
  readonly #inner: number;
  /** The end of the inner chain, once it stands. */
  result: ResultNode | null = null;

  /** It passes what is blocked: `exists`. */
  readonly present: boolean;
  readonly #reads: readonly Read[];
  readonly #key: Read;

  constructor(fabric: Fabric, parent: TokenNode, { level, inner, outer, present, text }: GroupPlan) {
    super(fabric, parent, level, text);
    this.#inner = inner.length;
    this.present = present;
    this.#reads = outer.map((ref) => identityReader(fabric, ref, level));
    this.#key = keyOf(this.#reads);
    this.#left = new Memory(fabric.heap, outer.length > 0, 'last-in-first-out');
    this.#results = new Memory(fabric.heap, outer.length > 0, 'first-in-first-out');
  }

  receive(parent: Address, entry: Address, fact: Address): void {
    const token = makeToken(this, parent, entry, fact);
    const key = this.#key(token, NIL);
    this.#left.prepend(token, key);
    const blocker = this.#nextResult(token, key, this.#results.first(key));
    if (blocker !== NIL) bindToken(this.fabric.heap.words, token, blocker, RESULT_BLOCKED);
    if (this.#passes(token)) this.send(token, NIL, NIL);
  }

  forget(token: Address): void {
    unbindToken(this.fabric.heap.words, token, RESULT_BLOCKED);
    this.#left.remove(token);
  }

  prime(child: TokenNode): void {
    for (const token of this.#left.records()) if (this.#passes(token)) child.receive(token, NIL, NIL);
  }

  dispose(): void {
    this.#left.dispose();
    this.#results.dispose();
  }

  tokens(): Iterable<Address> {
    return this.#left.records();
  }

  override *memories(): Iterable<Memory> {
    yield this.#left;
    yield this.#results;
  }

  results(): Iterable<Address> {
    return this.#results.records();
  }

  /** A match of all inner conditions has come: it blocks every token that asks for the same, unless one before it does already. */
  addResult(result: Address): void {
    const { heap } = this.fabric;
    const begin = this.#beginOf(result);
    const key = this.#key(begin, NIL);
    this.#results.append(result, key);
    if (this.#nextResult(begin, key, this.#results.first(key)) !== result) return;
    let token = this.#left.first(key);
    while (token !== NIL) {
      const next = heap.words[token + NEXT] as Address;
      if (
        heap.words[token + TOKEN_BLOCKER] === NIL &&
        this.#isAlike(token, heap.words[token + KEY] as number, result)
      ) {
        bindToken(this.fabric.heap.words, token, result, RESULT_BLOCKED);
        if (this.present) this.send(token, NIL, NIL);
        else deleteChildren(this.fabric, token);
      }
      token = next;
    }
  }

  /** A match of all inner conditions is going: for what it blocked, another one takes its place, or the token passes, or what is built on it goes. */
  removeResult(result: Address): void {
    const { heap } = this.fabric;
    this.#results.remove(result);
    for (;;) {
      const token = heap.words[result + RESULT_BLOCKED] as Address;
      if (token === NIL) return;
      unbindToken(this.fabric.heap.words, token, RESULT_BLOCKED);
      if (willDie(heap.words, token)) continue;
      const key = heap.words[token + KEY] as number;
      const blocker = this.#nextResult(token, key, heap.words[result + NEXT] as Address);
      if (blocker !== NIL) bindToken(this.fabric.heap.words, token, blocker, RESULT_BLOCKED);
      else if (this.present) deleteChildren(this.fabric, token);
      else this.send(token, NIL, NIL);
    }
  }

  /** The first result that counts for the match before a token, from this one on. */
  #nextResult(token: Address, key: number, from: Address): Address {
    const { words } = this.fabric.heap;
    let result = from;
    while (result !== NIL && !this.#isAlike(token, key, result)) result = words[result + NEXT] as Address;
    return result;
  }

  #passes(token: Address): boolean {
    return (this.fabric.heap.words[token + TOKEN_BLOCKER] !== NIL) === this.present;
  }

  /** Whether a result began from a match with the same values as the one before a token, whose key is given. */
  #isAlike(token: Address, key: number, result: Address): boolean {
    if (key !== this.fabric.heap.words[result + KEY]) return false;
    if (this.#reads.length < 2) return true;
    const begin = this.#beginOf(result);
    return this.#reads.every((read) => read(token, NIL) === read(begin, NIL));
  }

  /** The token of the first condition inside: before it stands the match from which the inner chain began. */
  #beginOf(result: Address): Address {
    return ancestor(this.fabric.heap.words, result, this.#inner);
  }
}

/** The end of a group's inner chain. */
export class ResultNode extends TokenNode {
  readonly group: GroupNode;

  constructor(fabric: Fabric, parent: TokenNode, group: GroupNode, level: number) {
    super(fabric, parent, level, `result of ${group.id}`);
    this.group = group;
    group.result = this;
  }

  receive(parent: Address, entry: Address, fact: Address): void {
    this.group.addResult(makeToken(this, parent, entry, fact));
  }

  forget(token: Address): void {
    this.group.removeResult(token);
  }

  prime(child: TokenNode): void {
    throw new Error(`nothing follows a result, but ${child.text} does`);
  }

  /** Results stand in the memory of their group. */
  dispose(): void {}

  tokens(): Iterable<Address> {
    return this.group.results();
  }
}
