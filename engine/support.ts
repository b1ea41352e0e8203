import {
  FACT_INDEX,
  FACT_SUPPORTS,
  NIL,
  SUPPORT_BY,
  SUPPORT_FACT,
  SUPPORT_FACT_NEXT,
  SUPPORT_FACT_PREV,
  SUPPORT_SIZE,
  SUPPORT_TOKEN,
  SUPPORT_TOKEN_NEXT,
  SUPPORT_TOKEN_PREV,
  TOKEN_SUPPORTS,
  type Address,
  type Heap,
} from './heap.ts';
import type { Transaction } from './transaction.ts';

/**
 * Truth maintenance. A fact asserted by a rule with `logical` conditions hangs on the token that matched them; it is
 * retracted when its last support goes. A fact asserted from anywhere else stands by itself.
 */
export class Supports {
  readonly #heap: Heap;
  /** The logical match of the rule that fires now; NIL: it has none, or it has gone meanwhile. */
  supporter: Address = NIL;
  /** The terminal node of the rule that fires now. */
  by = 0;
  /** Whether the rule that fires now has logical conditions. */
  isLogical = false;
  /** Indexes of facts that have lost their last support and wait to be retracted. */
  readonly orphans: number[] = [];
  count = 0;
  /** Told which facts' supports change while it is open. */
  transaction: Transaction | null = null;

  constructor(heap: Heap) {
    this.#heap = heap;
  }

  /** Hangs a fact on a token, by the rule that fires now or another one; once is enough. */
  add(token: Address, fact: Address, by: number = this.by): void {
    if (this.of(fact).includes(token)) return;
    this.transaction?.supportsTouched(fact);
    const support = this.#heap.allocate(SUPPORT_SIZE);
    const { words } = this.#heap;
    this.count += 1;
    const ofToken = words[token + TOKEN_SUPPORTS] as Address;
    const ofFact = words[fact + FACT_SUPPORTS] as Address;
    words[support + SUPPORT_TOKEN] = token;
    words[support + SUPPORT_FACT] = fact;
    words[support + SUPPORT_BY] = by;
    words[support + SUPPORT_TOKEN_NEXT] = ofToken;
    words[support + SUPPORT_FACT_NEXT] = ofFact;
    if (ofToken !== NIL) words[ofToken + SUPPORT_TOKEN_PREV] = support;
    if (ofFact !== NIL) words[ofFact + SUPPORT_FACT_PREV] = support;
    words[token + TOKEN_SUPPORTS] = support;
    words[fact + FACT_SUPPORTS] = support;
  }

  /** The tokens that a fact hangs on; none: it stands by itself. */
  of(fact: Address): Address[] {
    const { words } = this.#heap;
    const tokens: Address[] = [];
    let support = words[fact + FACT_SUPPORTS] as Address;
    for (; support !== NIL; support = words[support + SUPPORT_FACT_NEXT] as Address) {
      tokens.push(words[support + SUPPORT_TOKEN] as Address);
    }
    return tokens;
  }

  /** The same, each with the terminal node of the rule that asserted. */
  entries(fact: Address): { readonly token: Address; readonly by: number }[] {
    const { words } = this.#heap;
    const entries: { token: Address; by: number }[] = [];
    let support = words[fact + FACT_SUPPORTS] as Address;
    for (; support !== NIL; support = words[support + SUPPORT_FACT_NEXT] as Address) {
      entries.push({
        token: words[support + SUPPORT_TOKEN] as Address,
        by: words[support + SUPPORT_BY] as number,
      });
    }
    return entries;
  }

  /** Makes a fact stand by itself, or forgets the supports of one that goes. */
  clear(fact: Address): void {
    const { words } = this.#heap;
    if (words[fact + FACT_SUPPORTS] === NIL) return;
    this.transaction?.supportsTouched(fact);
    for (;;) {
      const support = words[fact + FACT_SUPPORTS] as Address;
      if (support === NIL) return;
      this.#remove(support);
    }
  }

  /** Facts keep standing when tokens go that support them: the rules that matched them are removed. */
  isReleasing = false;

  /** A token goes, and with it what it supported. */
  tokenGone(token: Address): void {
    const { words } = this.#heap;
    if (this.supporter === token) this.supporter = NIL;
    for (;;) {
      const support = words[token + TOKEN_SUPPORTS] as Address;
      if (support === NIL) return;
      const fact = words[support + SUPPORT_FACT] as Address;
      this.transaction?.supportsTouched(fact);
      this.#remove(support);
      if (words[fact + FACT_SUPPORTS] === NIL && !this.isReleasing)
        this.orphans.push(words[fact + FACT_INDEX] as number);
    }
  }

  #remove(support: Address): void {
    const { words } = this.#heap;
    this.#unlink(support, SUPPORT_TOKEN, SUPPORT_TOKEN_NEXT, SUPPORT_TOKEN_PREV, TOKEN_SUPPORTS);
    this.#unlink(support, SUPPORT_FACT, SUPPORT_FACT_NEXT, SUPPORT_FACT_PREV, FACT_SUPPORTS);
    words[support] = NIL;
    this.count -= 1;
    this.#heap.free(support, SUPPORT_SIZE);
  }

  #unlink(support: Address, owner: number, nextAt: number, previousAt: number, head: number): void {
    const { words } = this.#heap;
    const next = words[support + nextAt] as Address;
    const previous = words[support + previousAt] as Address;
    if (next !== NIL) words[next + previousAt] = previous;
    if (previous === NIL) words[(words[support + owner] as Address) + head] = next;
    else words[previous + nextAt] = next;
  }
}
