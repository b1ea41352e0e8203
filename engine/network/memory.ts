import {
  KEY,
  MEMORY_BASE,
  MEMORY_COUNT,
  MEMORY_MASK,
  MEMORY_SIZE,
  NEXT,
  NIL,
  PREV,
  type Address,
  type Heap,
} from '../heap.ts';

const HEAD = 0;
const TAIL = 1;
const KEYED_BUCKETS_MIN = 4;

/** `first-in-first-out`: buckets know both of their ends. `last-in-first-out`: records are only ever put first. */
export type Discipline = 'first-in-first-out' | 'last-in-first-out';

/**
 * A hashed memory of records in the heap: buckets of doubly linked records that carry their key. Tables grow with what they
 * hold, and shrink when `trim` is called; the order inside a bucket survives both. A memory that is not keyed is a single
 * list. What generated code has to know of it stands in the heap too, at `address`.
 */
export class Memory {
  readonly address: Address;
  readonly #heap: Heap;
  readonly #bucketsMin: number;
  /** Words of a bucket. */
  readonly #width: 1 | 2;

  constructor(heap: Heap, keyed: boolean, discipline: Discipline) {
    this.#heap = heap;
    this.#bucketsMin = keyed ? KEYED_BUCKETS_MIN : 1;
    this.#width = discipline === 'first-in-first-out' ? 2 : 1;
    this.address = heap.allocate(MEMORY_SIZE);
    const base = heap.allocate(this.#bucketsMin * this.#width);
    heap.words[this.address + MEMORY_BASE] = base;
    heap.words[this.address + MEMORY_MASK] = this.#bucketsMin - 1;
  }

  get count(): number {
    return this.#heap.words[this.address + MEMORY_COUNT] as number;
  }

  get #buckets(): number {
    return (this.#heap.words[this.address + MEMORY_MASK] as number) + 1;
  }

  get #base(): Address {
    return this.#heap.words[this.address + MEMORY_BASE] as Address;
  }

  /** The first record of the key's bucket; records of other keys stand in it too. */
  first(key: number): Address {
    return this.#heap.words[this.#bucketOf(key) + HEAD] as Address;
  }

  /** The last record of the key's bucket; where only the first is known, it is walked. */
  last(key: number): Address {
    const { words } = this.#heap;
    const bucket = this.#bucketOf(key);
    if (this.#width === 2) return words[bucket + TAIL] as Address;
    let record = words[bucket + HEAD] as Address;
    while (record !== NIL && words[record + NEXT] !== NIL) record = words[record + NEXT] as Address;
    return record;
  }

  /** Files a record behind all others of its bucket: alpha memories are first in, first out. */
  append(record: Address, key: number): void {
    this.#counted(1);
    const bucket = this.#bucketOf(key);
    this.#insertAfter(this.#heap.words[bucket + TAIL] as Address, record, key, bucket);
  }

  /** Files a record before all others of its bucket: left memories are last in, first out. */
  prepend(record: Address, key: number): void {
    this.#counted(1);
    this.#insertAfter(NIL, record, key, this.#bucketOf(key));
  }

  /** Files a record behind the last one of its bucket for which `stays` holds: for what comes back to its old place. */
  insert(record: Address, key: number, stays: (before: Address) => boolean): void {
    this.#counted(1);
    const { words } = this.#heap;
    const bucket = this.#bucketOf(key);
    let before = words[bucket + TAIL] as Address;
    while (before !== NIL && !stays(before)) before = words[before + PREV] as Address;
    this.#insertAfter(before, record, key, bucket);
  }

  /** Takes a record out; its own NEXT still leads to what stood behind it. */
  remove(record: Address): void {
    const { words } = this.#heap;
    const next = words[record + NEXT] as Address;
    const previous = words[record + PREV] as Address;
    if (next !== NIL) words[next + PREV] = previous;
    if (previous !== NIL) words[previous + NEXT] = next;
    if (next === NIL || previous === NIL) {
      const bucket = this.#bucketOf(words[record + KEY] as number);
      if (previous === NIL) words[bucket + HEAD] = next;
      if (next === NIL && this.#width === 2) words[bucket + TAIL] = previous;
    }
    this.#counted(-1);
  }

  /** All records, bucket by bucket. Nothing may be added or removed meanwhile. */
  *records(): Generator<Address> {
    const buckets = this.#buckets;
    for (let at = 0; at < buckets; at += 1) {
      let record = this.#heap.words[this.#base + at * this.#width + HEAD] as Address;
      for (; record !== NIL; record = this.#heap.words[record + NEXT] as Address) yield record;
    }
  }

  /** Makes the table larger: it is full when it holds twice as many records as buckets. Each record is touched, so the steps are large. */
  grow(): void {
    this.#rebuild(this.#buckets * 8);
  }

  /** Makes the table smaller when less than a sixteenth of it is needed. What empties usually fills again, so this is for later. */
  trim(): void {
    if (this.count * 16 >= this.#buckets || this.#buckets === this.#bucketsMin) return;
    let buckets = this.#bucketsMin;
    while (buckets < this.count) buckets *= 2;
    this.#rebuild(buckets);
  }

  /** Gives the table back to the heap. The memory is not used any more. */
  dispose(): void {
    this.#heap.free(this.#base, this.#buckets * this.#width);
    this.#heap.free(this.address, MEMORY_SIZE);
  }

  #counted(change: 1 | -1): void {
    const count = this.count + change;
    this.#heap.words[this.address + MEMORY_COUNT] = count;
    if (change > 0 && count > this.#buckets * 2 && this.#bucketsMin > 1) this.grow();
  }

  #insertAfter(before: Address, record: Address, key: number, bucket: Address): void {
    const { words } = this.#heap;
    const next = (before === NIL ? words[bucket + HEAD] : words[before + NEXT]) as Address;
    words[record + KEY] = key;
    words[record + PREV] = before;
    words[record + NEXT] = next;
    if (before === NIL) words[bucket + HEAD] = record;
    else words[before + NEXT] = record;
    if (next !== NIL) words[next + PREV] = record;
    else if (this.#width === 2) words[bucket + TAIL] = record;
  }

  #bucketOf(key: number): Address {
    return this.#base + (scattered(key) & (this.#buckets - 1)) * this.#width;
  }

  #rebuild(buckets: number): void {
    const oldBase = this.#base;
    const oldBuckets = this.#buckets;
    const base = this.#heap.allocate(buckets * this.#width);
    const { words } = this.#heap;
    words[this.address + MEMORY_BASE] = base;
    words[this.address + MEMORY_MASK] = buckets - 1;
    for (let at = 0; at < oldBuckets; at += 1) {
      // From the last to the first, each put before those that stood behind it.
      let record = words[oldBase + at * this.#width + HEAD] as Address;
      while (record !== NIL && words[record + NEXT] !== NIL) record = words[record + NEXT] as Address;
      while (record !== NIL) {
        const previous = words[record + PREV] as Address;
        const key = words[record + KEY] as number;
        this.#insertAfter(NIL, record, key, this.#bucketOf(key));
        record = previous;
      }
    }
    this.#heap.free(oldBase, oldBuckets * this.#width);
  }
}

/** Fibonacci hashing: neighbouring atoms land in buckets far apart. */
function scattered(key: number): number {
  const product = Math.imul(key, 0x9e3779b1);
  return product ^ (product >>> 15);
}

/** Joins one more value to a hash of several. The hash is spread first: atoms are small, and their sums and xors meet all the time. */
export const mixed = (hash: number, value: number): number =>
  (Math.imul(hash ^ (hash >>> 15), 0x85ebca77) + value) | 0;
