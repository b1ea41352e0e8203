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

/** So many activations that came at once are sorted rather than heaped: what is nearly in order sorts in one pass. */
const SORTED_MIN = 64;

/**
 * All other strategies: by the strategy's order. New ones wait unordered until somebody asks for
 * the first, since many go again before that; then they join a binary heap, or, when they are many, make a sorted list
 * beside it. An activation's place is its position in the heap counted from 1, or the complement of that in the sorted list.
 */
export class OrderQueue implements Queue {
  readonly #heap: Heap;
  readonly #compare: (a: Address, b: Address) => number;
  /** Position 0 stays empty; up to `#heaped` stands a heap, behind it what is not ordered yet. */
  #tokens: Address[] = [NIL];
  #heaped = 0;
  /** The last one fires first; NIL where one was taken out. */
  #sorted: Address[] = [];

  /** `compare`: negative when the first fires first; never 0 for two activations. */
  constructor(heap: Heap, compare: (a: Address, b: Address) => number) {
    this.#heap = heap;
    this.#compare = compare;
  }

  add(token: Address): void {
    this.#tokens.push(token);
    this.#put(token, this.#tokens.length - 1);
  }

  remove(token: Address): void {
    const { words } = this.#heap;
    const place = words[token + ACTIVATION_PLACE] as number;
    if (place < 0) this.#sorted[~place] = NIL;
    else this.#take(token, place);
    words[token + ACTIVATION_PLACE] = 0;
  }

  first(): Address {
    this.#settle();
    const first = this.#tokens[1] ?? NIL;
    const sorted = this.#sorted.at(-1) ?? NIL;
    if (first === NIL || sorted === NIL) return first === NIL ? sorted : first;
    return this.#compare(first, sorted) < 0 ? first : sorted;
  }

  all(): Address[] {
    return [...this.#tokens, ...this.#sorted]
      .filter((token) => token !== NIL)
      .toSorted((a, b) => this.#compare(a, b));
  }

  /** Orders what has come since the last time. */
  #settle(): void {
    while (this.#sorted.at(-1) === NIL) this.#sorted.pop();
    const tokens = this.#tokens;
    if (this.#sorted.length === 0 && tokens.length - 1 - this.#heaped >= SORTED_MIN) {
      this.#sorted = tokens.slice(1).toSorted((a, b) => this.#compare(b, a));
      for (const [at, token] of this.#sorted.entries()) this.#heap.words[token + ACTIVATION_PLACE] = ~at;
      this.#tokens = [NIL];
      this.#heaped = 0;
      return;
    }
    while (this.#heaped < tokens.length - 1) {
      this.#heaped += 1;
      this.#rise(tokens[this.#heaped] as Address, this.#heaped);
    }
  }

  /**
   * In the heap the gap is closed from below by the smaller child, down to the end, and what stood last then rises from
   * there: it belongs near the end, so this compares half as often as letting it sink.
   */
  #take(token: Address, place: number): void {
    const isOrdered = place <= this.#heaped;
    if (isOrdered) this.#settle();
    // Settling may have moved it, to another place or to the sorted list.
    const now = this.#heap.words[token + ACTIVATION_PLACE] as number;
    if (now < 0) {
      this.#sorted[~now] = NIL;
      return;
    }
    const last = this.#tokens.pop() as Address;
    if (isOrdered) this.#heaped -= 1;
    if (last === token) return;
    if (isOrdered) this.#rise(last, this.#closed(now));
    else this.#put(last, now);
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

  /** Moves a gap to the end of the heap; where it is then. */
  #closed(gap: number): number {
    const tokens = this.#tokens;
    let place = gap;
    for (;;) {
      let below = place * 2;
      if (below >= tokens.length) return place;
      if (
        below + 1 < tokens.length &&
        this.#compare(tokens[below + 1] as Address, tokens[below] as Address) < 0
      )
        below += 1;
      this.#put(tokens[below] as Address, place);
      place = below;
    }
  }
}
