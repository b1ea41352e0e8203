import { ACTIVATION_PLACE, ACTIVATION_TAG, NEXT, NIL, PREV, type Address, type Heap } from './heap.ts';

/** Activations of one rank, in the order in which a strategy fires them. */
export interface Queue {
  add(token: Address): void;
  remove(token: Address): void;
  /** The next to fire; NIL: none. */
  first(): Address;
  /** All of them, in firing order. */
  all(): Address[];
}

const LISTED = 1;

/** `depth` and `breadth`: a list by age. What is added is the youngest, unless a rollback brings back an older one. */
export class AgeQueue implements Queue {
  readonly #heap: Heap;
  /** The end that fires first: the youngest for depth, the oldest for breadth. */
  readonly #youngestFirst: boolean;
  #youngest: Address = NIL;
  #oldest: Address = NIL;

  constructor(heap: Heap, youngestFirst: boolean) {
    this.#heap = heap;
    this.#youngestFirst = youngestFirst;
  }

  // NEXT leads to the older neighbour, PREV to the younger one.
  add(token: Address): void {
    const { words } = this.#heap;
    const tag = words[token + ACTIVATION_TAG] as number;
    let older = this.#youngest;
    while (older !== NIL && (words[older + ACTIVATION_TAG] as number) > tag)
      older = words[older + NEXT] as Address;
    const younger = older === NIL ? this.#oldest : (words[older + PREV] as Address);
    words[token + NEXT] = older;
    words[token + PREV] = younger;
    if (older === NIL) this.#oldest = token;
    else words[older + PREV] = token;
    if (younger === NIL) this.#youngest = token;
    else words[younger + NEXT] = token;
    words[token + ACTIVATION_PLACE] = LISTED;
  }

  remove(token: Address): void {
    const { words } = this.#heap;
    const older = words[token + NEXT] as Address;
    const younger = words[token + PREV] as Address;
    if (older === NIL) this.#oldest = younger;
    else words[older + PREV] = younger;
    if (younger === NIL) this.#youngest = older;
    else words[younger + NEXT] = older;
    words[token + ACTIVATION_PLACE] = 0;
  }

  first(): Address {
    return this.#youngestFirst ? this.#youngest : this.#oldest;
  }

  all(): Address[] {
    const { words } = this.#heap;
    const link = this.#youngestFirst ? NEXT : PREV;
    const tokens: Address[] = [];
    for (let token = this.first(); token !== NIL; token = words[token + link] as Address) tokens.push(token);
    return tokens;
  }
}

/**
 * All other strategies: a binary heap by the strategy's order. An activation's place is its position, counted from 1, so that
 * it can be taken out from anywhere.
 */
export class OrderQueue implements Queue {
  readonly #heap: Heap;
  readonly #compare: (a: Address, b: Address) => number;
  /** Position 0 stays empty. */
  readonly #tokens: Address[] = [NIL];

  /** `compare`: negative when the first fires first; never 0 for two activations. */
  constructor(heap: Heap, compare: (a: Address, b: Address) => number) {
    this.#heap = heap;
    this.#compare = compare;
  }

  add(token: Address): void {
    this.#tokens.push(token);
    this.#rise(token, this.#tokens.length - 1);
  }

  remove(token: Address): void {
    const { words } = this.#heap;
    const place = words[token + ACTIVATION_PLACE] as number;
    words[token + ACTIVATION_PLACE] = 0;
    const last = this.#tokens.pop() as Address;
    if (last === token) return;
    this.#rise(last, place);
    this.#sink(last, words[last + ACTIVATION_PLACE] as number);
  }

  first(): Address {
    return this.#tokens[1] ?? NIL;
  }

  all(): Address[] {
    return this.#tokens.slice(1).toSorted((a, b) => this.#compare(a, b));
  }

  #put(token: Address, place: number): void {
    this.#tokens[place] = token;
    this.#heap.words[token + ACTIVATION_PLACE] = place;
  }

  #rise(token: Address, from: number): void {
    let place = from;
    while (place > 1) {
      const above = this.#tokens[place >> 1] as Address;
      if (this.#compare(above, token) <= 0) break;
      this.#put(above, place);
      place >>= 1;
    }
    this.#put(token, place);
  }

  #sink(token: Address, from: number): void {
    let place = from;
    for (;;) {
      let below = place * 2;
      const left = this.#tokens[below];
      if (left === undefined) break;
      const right = this.#tokens[below + 1];
      if (right !== undefined && this.#compare(right, left) < 0) below += 1;
      const smaller = this.#tokens[below] as Address;
      if (this.#compare(token, smaller) <= 0) break;
      this.#put(smaller, place);
      place = below;
    }
    this.#put(token, place);
  }
}
