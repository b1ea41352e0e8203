import {
  ENTRY_BLOCKED,
  ENTRY_FACT,
  FACT_DYING,
  KEY,
  NEXT,
  NIL,
  TOKEN_BLOCKED_NEXT,
  TOKEN_BLOCKED_PREV,
  TOKEN_BLOCKER,
  type Address,
} from '../heap.ts';
import type { JoinPlan } from '../plan.ts';
import { conjunction, keyReader, type Holds, type Read } from './access.ts';
import type { AlphaMemory, EntryNode } from './alpha.ts';
import { Memory } from './memory.ts';
import { looseToken, makeToken, TokenNode, type Fabric, type Owner } from './node.ts';

/**
 * What join, not, exists and best have in common: a left memory of tokens and a right memory of entries, both hashed by
 * the values that have to be equal, so that each side looks only into its own bucket of the other.
 */
export abstract class PairedNode extends TokenNode implements EntryNode {
  readonly alpha: AlphaMemory;
  readonly plan: JoinPlan;
  readonly owner: Owner;
  readonly left: Memory;
  readonly #key: Read;
  readonly #holds: Holds;

  constructor(fabric: Fabric, parent: TokenNode, plan: JoinPlan, alpha: AlphaMemory, owner: Owner) {
    super(fabric, parent, plan.level, plan.text);
    this.plan = plan;
    this.owner = owner;
    this.alpha = alpha;
    this.left = new Memory(fabric.heap, plan.equalities.length > 0, 'last-in-first-out');
    this.#key = keyReader(
      fabric,
      plan.equalities.map(({ earlier }) => earlier),
      plan.level,
    );
    // A key of several values is a hash: the values themselves are compared too.
    const hashed = plan.equalities.length > 1 ? plan.equalities : [];
    const equal = hashed.map(
      ({ own, earlier }) => ({ kind: 'same', a: own, b: earlier, negated: false }) as const,
    );
    // A test that fails with an error counts as a match of a `not`, as in CLIPS.
    this.#holds = conjunction(fabric, [...equal, ...plan.tests], plan.level, owner, plan.kind === 'not');
  }

  abstract activate(entry: Address): void;

  override *memories(): Iterable<Memory> {
    yield this.left;
  }

  dispose(): void {
    this.left.dispose();
  }

  tokens(): Iterable<Address> {
    return this.left.records();
  }

  /** Makes the token and files it in the left memory. */
  protected admit(parent: Address, entry: Address, fact: Address): Address {
    const token = makeToken(this, parent, entry, fact);
    this.left.prepend(token, this.#key(token, NIL));
    return token;
  }

  /** The same without a list: for `foresee`. */
  protected admitLoose(parent: Address, entry: Address, fact: Address): Address {
    const token = looseToken(this, parent, entry, fact);
    this.fabric.heap.words[token + KEY] = this.#key(token, NIL);
    return token;
  }

  /** The first entry in the token's bucket that matches it. */
  protected firstMatch(token: Address): Address {
    return this.nextMatch(token, this.alpha.memory.first(this.fabric.heap.words[token + KEY] as number));
  }

  /** The first entry that matches the token, from this one on. */
  protected nextMatch(token: Address, from: Address): Address {
    const { words } = this.fabric.heap;
    const key = words[token + KEY];
    for (let entry = from; entry !== NIL; entry = words[entry + NEXT] as Address) {
      if (words[entry + KEY] === key && this.holds(token, entry) && !isDying(words, entry)) return entry;
    }
    return NIL;
  }

  /** The first token that matches the entry, from this one on. */
  protected nextToken(entry: Address, from: Address): Address {
    const { words } = this.fabric.heap;
    const key = words[entry + KEY];
    for (let token = from; token !== NIL; token = words[token + NEXT] as Address) {
      if (words[token + KEY] === key && this.holds(token, entry)) return token;
    }
    return NIL;
  }

  protected firstToken(entry: Address): Address {
    return this.left.first(this.fabric.heap.words[entry + KEY] as number);
  }

  protected holds(token: Address, entry: Address): boolean {
    return this.#holds(token, entry);
  }

  /** Ties a token to the entry that blocks it, supports it or is the best for it. */
  protected bind(token: Address, entry: Address): void {
    bindToken(this.fabric.heap.words, token, entry);
  }

  protected unbind(token: Address): void {
    unbindToken(this.fabric.heap.words, token);
  }
}

const isDying = (words: Int32Array, entry: Address): boolean =>
  words[(words[entry + ENTRY_FACT] as Address) + FACT_DYING] === 1;

/** Ties a token to what blocks or supports it: an entry, or the result of a group, each of which has its list at a place of its own. */
export function bindToken(words: Int32Array, token: Address, blocker: Address, list = ENTRY_BLOCKED): void {
  const next = words[blocker + list] as Address;
  words[token + TOKEN_BLOCKER] = blocker;
  words[token + TOKEN_BLOCKED_NEXT] = next;
  words[token + TOKEN_BLOCKED_PREV] = NIL;
  if (next !== NIL) words[next + TOKEN_BLOCKED_PREV] = token;
  words[blocker + list] = token;
}

/** Unties a token from its blocker, if it has one. */
export function unbindToken(words: Int32Array, token: Address, list = ENTRY_BLOCKED): void {
  const blocker = words[token + TOKEN_BLOCKER] as Address;
  if (blocker === NIL) return;
  const next = words[token + TOKEN_BLOCKED_NEXT] as Address;
  const previous = words[token + TOKEN_BLOCKED_PREV] as Address;
  if (next !== NIL) words[next + TOKEN_BLOCKED_PREV] = previous;
  if (previous === NIL) words[blocker + list] = next;
  else words[previous + TOKEN_BLOCKED_NEXT] = next;
  words[token + TOKEN_BLOCKER] = NIL;
}
