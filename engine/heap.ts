/** An address in the heap: the index of a record's first word. */
export type Address = number;

/** No record. */
export const NIL: Address = 0;

// Every record that stands in a hashed memory begins with these words.
/** The hash that it is filed under. */
export const KEY = 0;
/** Neighbours in its bucket. Kept after it was taken out, so that a search can go on from where it stood. */
export const NEXT = 1;
export const PREV = 2;

// A fact. Its slots follow, one atom each, in the template's order.
export const FACT_TEMPLATE = 3;
export const FACT_INDEX = 4;
/** Its alpha entries, newest first. */
export const FACT_ENTRIES = 5;
/** Its logical supports; NIL: it stands by itself. */
export const FACT_SUPPORTS = 6;
/** 1 while the network takes it out. */
export const FACT_DYING = 7;
/** Neighbours among the facts of its template. */
export const FACT_NEXT = 8;
export const FACT_PREV = 9;
export const FACT_SLOTS = 10;

// An alpha entry: one way in which a fact matches one pattern. The values that its pattern took out of multislots follow.
export const ENTRY_FACT = 3;
export const ENTRY_MEMORY = 4;
/** Tokens that it is part of. */
export const ENTRY_TOKENS = 5;
/** Tokens that it blocks (not), supports (exists) or is the best for. */
export const ENTRY_BLOCKED = 6;
/** The next, older, entry of the same fact. */
export const ENTRY_NEXT = 7;
/** Which of the ways in which the fact matches this pattern, counted down from 0: the shortest first segment, entered last, is the least. */
export const ENTRY_ORDINAL = 8;
export const ENTRY_CAPTURES = 9;

// A token: a match of the conditions up to some node, as one link of a chain.
/** The node that it stands in. */
export const TOKEN_NODE = 3;
export const TOKEN_PARENT = 4;
/** The alpha entry and the fact of its own condition; NIL for conditions that match by absence. */
export const TOKEN_ENTRY = 5;
export const TOKEN_FACT = 6;
export const TOKEN_CHILD = 7;
export const TOKEN_SIBLING_NEXT = 8;
export const TOKEN_SIBLING_PREV = 9;
/** Neighbours among the tokens of its entry. */
export const TOKEN_PEER_NEXT = 10;
export const TOKEN_PEER_PREV = 11;
/** The entry, or the token of a group, that blocks it, supports it or is the best for it. */
export const TOKEN_BLOCKER = 12;
export const TOKEN_BLOCKED_NEXT = 13;
export const TOKEN_BLOCKED_PREV = 14;
/** The facts that it supports logically. */
export const TOKEN_SUPPORTS = 15;
export const TOKEN_SIZE = 16;
/** In the place of a loose token's sibling: it hangs in no list. */
export const LOOSE = -1;

// A token at the end of a group's inner chain is a result: it is never blocked.
/** Tokens of the group that it blocks or supports. */
export const RESULT_BLOCKED = TOKEN_BLOCKER;

// A token in a terminal node is an activation: it is never blocked and stands in no hashed memory.
/** Running number of its creation. */
export const ACTIVATION_TAG = TOKEN_BLOCKER;
/** Its salience when it was activated, or evaluated anew. */
export const ACTIVATION_SALIENCE = TOKEN_BLOCKED_NEXT;
/** Its lot, for the strategy `random`. */
export const ACTIVATION_LOT = TOKEN_BLOCKED_PREV;
/** Its place in the agenda, not 0 while it waits; 0 once it has fired. */
export const ACTIVATION_PLACE = KEY;

// A logical support: it stands in the list of its token and in the list of its fact.
export const SUPPORT_TOKEN = 0;
export const SUPPORT_FACT = 1;
export const SUPPORT_TOKEN_NEXT = 2;
export const SUPPORT_TOKEN_PREV = 3;
export const SUPPORT_FACT_NEXT = 4;
export const SUPPORT_FACT_PREV = 5;
/** The terminal node of the rule that asserted. */
export const SUPPORT_BY = 6;
export const SUPPORT_SIZE = 7;

// A hashed memory: where its table begins, how many buckets it has less one, and how many records stand in it.
export const MEMORY_BASE = 0;
export const MEMORY_MASK = 1;
export const MEMORY_COUNT = 2;
export const MEMORY_SIZE = 3;

// Words of the heap itself, before the first record.
/** Free tokens, each with the next one in its first word. */
export const FREE_TOKENS: Address = 1;
/** Tokens in use. */
export const TOKENS: Address = 2;

const UNIT = 8;
const FIRST_WORDS = 1 << 15;
/** Up to so many words the array grows fourfold: what is not touched yet costs nothing. */
const QUICK_WORDS = 1 << 22;
/** Tokens that are made at once, one cache line each. */
const TOKENS_AT_ONCE = 64;

/**
 * Records of whole words in one growable array. A record is a stretch of `words`, zero when allocated; freed ones are kept
 * in a list per size and used again. Tokens, of which there are many, have a list of their own and come as they were left.
 *
 * `words` is another array after anything that allocates: read it again after every such call.
 */
export class Heap {
  words = new Int32Array(FIRST_WORDS);
  /** The first record never begins at NIL. */
  #top = TOKEN_SIZE;
  /** Heads of the lists of free records, by size in units. */
  readonly #free: Address[] = [];
  #used = 0;
  /** Tokens that were made through `token`, ever. */
  tokensMade = 0;
  /** Told when `words` is another array. */
  grown: ((words: Int32Array) => void) | null = null;

  /** Words in use now, tables included: the same before and after work that left nothing behind. */
  get used(): number {
    return this.#used + (this.words[TOKENS] as number) * TOKEN_SIZE;
  }

  /** Words of the array itself: what the heap has ever needed at once. */
  get size(): number {
    return this.words.length;
  }

  allocate(size: number): Address {
    const units = (size + UNIT - 1) >> 3;
    this.#used += units * UNIT;
    const free = this.#free[units] ?? NIL;
    if (free === NIL) return this.#atTop(units * UNIT);
    this.#free[units] = this.words[free] as Address;
    this.words.fill(0, free, free + units * UNIT);
    return free;
  }

  free(address: Address, size: number): void {
    const units = (size + UNIT - 1) >> 3;
    this.#used -= units * UNIT;
    while (this.#free.length <= units) this.#free.push(NIL);
    this.words[address] = this.#free[units] as Address;
    this.#free[units] = address;
  }

  /** A record of TOKEN_SIZE words with anything in it. */
  token(): Address {
    this.tokensMade += 1;
    if (this.words[FREE_TOKENS] === NIL) this.moreTokens();
    const { words } = this;
    const token = words[FREE_TOKENS] as Address;
    words[FREE_TOKENS] = words[token] as Address;
    words[TOKENS] = (words[TOKENS] as number) + 1;
    return token;
  }

  freeToken(token: Address): void {
    const { words } = this;
    words[token] = words[FREE_TOKENS] as Address;
    words[FREE_TOKENS] = token;
    words[TOKENS] = (words[TOKENS] as number) - 1;
  }

  /** Makes tokens when no free one is left. */
  moreTokens(): void {
    this.#top = (this.#top + TOKEN_SIZE - 1) & -TOKEN_SIZE;
    const first = this.#atTop(TOKENS_AT_ONCE * TOKEN_SIZE);
    const { words } = this;
    const last = first + (TOKENS_AT_ONCE - 1) * TOKEN_SIZE;
    for (let token = first; token < last; token += TOKEN_SIZE) words[token] = token + TOKEN_SIZE;
    words[last] = words[FREE_TOKENS] as Address;
    words[FREE_TOKENS] = first;
  }

  #atTop(length: number): Address {
    const address = this.#top;
    this.#top += length;
    if (this.#top > this.words.length) this.#grow();
    return address;
  }

  #grow(): void {
    let length = this.words.length * (this.words.length < QUICK_WORDS ? 4 : 2);
    while (length < this.#top) length *= 2;
    const grown = new Int32Array(length);
    grown.set(this.words);
    this.words = grown;
    this.grown?.(grown);
  }
}
