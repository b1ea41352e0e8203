import {
  KEY,
  NEXT,
  NIL,
  TOKEN_BLOCKER,
  TOKEN_ENTRY,
  TOKEN_NODE,
  TOKEN_PARENT,
  type Address,
} from '../heap.ts';
import type { GroupPlan } from '../plan.ts';
import { Memory, mixed } from './memory.ts';
import { ancestor, deleteChildren, makeToken, TokenNode, willDie, type Fabric } from './node.ts';

/**
 * `not` or `exists` over several conditions. The conditions inside are a chain of their own that begins at the same match as this node
 * (Doorenbos 1995, section 2.8); what comes out at its end blocks the token here that began from the same match, or lets it
 * pass.
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

  readonly #present: boolean;

  constructor(fabric: Fabric, parent: TokenNode, { level, inner, present, text }: GroupPlan) {
    super(fabric, parent, level, text);
    this.#inner = inner.length;
    this.#present = present;
    this.#left = new Memory(fabric.heap, true, 'last-in-first-out');
    this.#results = new Memory(fabric.heap, true, 'first-in-first-out');
  }

  receive(parent: Address, entry: Address, fact: Address): void {
    const token = makeToken(this, parent, entry, fact);
    this.#left.prepend(token, mixed(parent, entry));
    this.#settle(token, this.#results.first(mixed(parent, entry)));
    if (this.#present && this.fabric.heap.words[token + TOKEN_BLOCKER] !== NIL) this.send(token, NIL, NIL);
  }

  forget(token: Address): void {
    this.#left.remove(token);
  }

  prime(child: TokenNode): void {
    for (const token of this.#left.records()) {
      if ((this.fabric.heap.words[token + TOKEN_BLOCKER] !== NIL) === this.#present)
        child.receive(token, NIL, NIL);
    }
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

  /** A match of all inner conditions has come. */
  addResult(result: Address): void {
    const begin = this.#beginOf(result);
    const { words } = this.fabric.heap;
    this.#results.append(
      result,
      mixed(words[begin + TOKEN_PARENT] as number, words[begin + TOKEN_ENTRY] as number),
    );
    const token = this.#tokenOf(begin);
    if (token === NIL || this.fabric.heap.words[token + TOKEN_BLOCKER] !== NIL) return;
    this.fabric.heap.words[token + TOKEN_BLOCKER] = result;
    if (this.#present) this.send(token, NIL, NIL);
    else deleteChildren(this.fabric, token);
  }

  /** A match of all inner conditions is going: another one takes its place, or the token passes, or what is built on it goes. */
  removeResult(result: Address): void {
    const { words } = this.fabric.heap;
    const begin = this.#beginOf(result);
    this.#results.remove(result);
    const token = this.#tokenOf(begin);
    if (token === NIL || words[token + TOKEN_BLOCKER] !== result) return;
    words[token + TOKEN_BLOCKER] = NIL;
    if ((words[begin + TOKEN_NODE] as number) < 0 || willDie(words, token)) return;
    this.#settle(token, words[result + NEXT] as Address);
    if (this.#present && words[token + TOKEN_BLOCKER] === NIL) deleteChildren(this.fabric, token);
  }

  #settle(token: Address, from: Address): void {
    const { words } = this.fabric.heap;
    for (let result = from; result !== NIL; result = words[result + NEXT] as Address) {
      if (words[result + KEY] === words[token + KEY] && this.#isSame(token, this.#beginOf(result))) {
        words[token + TOKEN_BLOCKER] = result;
        return;
      }
    }
    if (!this.#present) this.send(token, NIL, NIL);
  }

  /** The token that stands here for the match from which the inner chain began. */
  #tokenOf(begin: Address): Address {
    const { words } = this.fabric.heap;
    const key = mixed(words[begin + TOKEN_PARENT] as number, words[begin + TOKEN_ENTRY] as number);
    let token = this.#left.first(key);
    while (token !== NIL && !this.#isSame(token, begin)) token = words[token + NEXT] as Address;
    return token;
  }

  #beginOf(result: Address): Address {
    return ancestor(this.fabric.heap.words, result, this.#inner);
  }

  #isSame(token: Address, begin: Address): boolean {
    const { words } = this.fabric.heap;
    return (
      words[token + TOKEN_PARENT] === words[begin + TOKEN_PARENT] &&
      words[token + TOKEN_ENTRY] === words[begin + TOKEN_ENTRY]
    );
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
  dispose(): void {
    this.children.length = 0;
  }

  tokens(): Iterable<Address> {
    return this.group.results();
  }
}
