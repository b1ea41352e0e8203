import { KEY, NEXT, NIL, PREV, type Address, type Heap } from '../heap.ts';

const HEAD = 0;
const TAIL = 1;
const BUCKET = 2;
const KEYED_BUCKETS_MIN = 4;

/**
 * A hashed memory of records in the heap: buckets of doubly linked records that carry their key. Tables grow and shrink
 * with what they hold; the order inside a bucket survives both. A memory that is not keyed is a single list.
 */
export class Memory {
  readonly #heap: Heap;
  readonly #bucketsMin: number;
  readonly #keyed: boolean;
  #buckets: number;
  #base: Address;
  count = 0;

  constructor(heap: Heap, keyed: boolean) {
    this.#heap = heap;
    this.#keyed = keyed;
    this.#bucketsMin = keyed ? KEYED_BUCKETS_MIN : 1;
    this.#buckets = this.#bucketsMin;
    this.#base = heap.allocate(this.#buckets * BUCKET);
  }

  /** The first record of the key's bucket; records of other keys stand in it too. */
  first(key: number): Address {
    return this.#heap.words[this.#bucketOf(key) + HEAD] as Address;
  }

  /** Files a record behind all others of its bucket: alpha memories are first in, first out. */
  append(record: Address, key: number): void {
    this.#resize(this.count + 1);
    const { words } = this.#heap;
    const bucket = this.#bucketOf(key);
    this.#insertAfter(words[bucket + TAIL] as Address, record, key, bucket);
    this.count += 1;
  }

  /** Files a record before all others of its bucket: left memories are last in, first out. */
  prepend(record: Address, key: number): void {
    this.#resize(this.count + 1);
    this.#insertAfter(NIL, record, key, this.#bucketOf(key));
    this.count += 1;
  }

  /** Files a record behind the last one of its bucket for which `stays` holds: for what comes back to its old place. */
  insert(record: Address, key: number, stays: (before: Address) => boolean): void {
    this.#resize(this.count + 1);
    const { words } = this.#heap;
    const bucket = this.#bucketOf(key);
    let before = words[bucket + TAIL] as Address;
    while (before !== NIL && !stays(before)) before = words[before + PREV] as Address;
    this.#insertAfter(before, record, key, bucket);
    this.count += 1;
  }

  /** Takes a record out; its own NEXT still leads to what stood behind it. */
  remove(record: Address): void {
    const { words } = this.#heap;
    const bucket = this.#bucketOf(words[record + KEY] as number);
    const next = words[record + NEXT] as Address;
    const previous = words[record + PREV] as Address;
    if (next === NIL) words[bucket + TAIL] = previous;
    else words[next + PREV] = previous;
    if (previous === NIL) words[bucket + HEAD] = next;
    else words[previous + NEXT] = next;
    this.count -= 1;
    this.#resize(this.count);
  }

  /** All records, bucket by bucket. Nothing may be added or removed meanwhile. */
  *records(): Generator<Address> {
    for (let at = 0; at < this.#buckets; at += 1) {
      let record = this.#heap.words[this.#base + at * BUCKET + HEAD] as Address;
      for (; record !== NIL; record = this.#heap.words[record + NEXT] as Address) yield record;
    }
  }

  /** Gives the table back to the heap. The memory is not used any more. */
  dispose(): void {
    this.#heap.free(this.#base, this.#buckets * BUCKET);
  }

  #insertAfter(before: Address, record: Address, key: number, bucket: Address): void {
    const { words } = this.#heap;
    const next = (before === NIL ? words[bucket + HEAD] : words[before + NEXT]) as Address;
    words[record + KEY] = key;
    words[record + PREV] = before;
    words[record + NEXT] = next;
    if (before === NIL) words[bucket + HEAD] = record;
    else words[before + NEXT] = record;
    if (next === NIL) words[bucket + TAIL] = record;
    else words[next + PREV] = record;
  }

  #bucketOf(key: number): Address {
    return this.#base + (scattered(key) & (this.#buckets - 1)) * BUCKET;
  }

  /** Half full to full: a table doubles when it holds more records than buckets, and halves when an eighth is left. */
  #resize(count: number): void {
    if (!this.#keyed) return;
    if (count > this.#buckets) this.#rebuild(this.#buckets * 2);
    else if (count * 8 < this.#buckets && this.#buckets > this.#bucketsMin) this.#rebuild(this.#buckets / 2);
  }

  #rebuild(buckets: number): void {
    const oldBase = this.#base;
    const oldBuckets = this.#buckets;
    this.#base = this.#heap.allocate(buckets * BUCKET);
    this.#buckets = buckets;
    const { words } = this.#heap;
    for (let at = 0; at < oldBuckets; at += 1) {
      let record = words[oldBase + at * BUCKET + HEAD] as Address;
      while (record !== NIL) {
        const next = words[record + NEXT] as Address;
        const bucket = this.#bucketOf(words[record + KEY] as number);
        this.#insertAfter(words[bucket + TAIL] as Address, record, words[record + KEY] as number, bucket);
        record = next;
      }
    }
    this.#heap.free(oldBase, oldBuckets * BUCKET);
  }
}

/** Fibonacci hashing: neighbouring atoms land in buckets far apart. */
function scattered(key: number): number {
  const product = Math.imul(key, 0x9e3779b1);
  return product ^ (product >>> 15);
}

/** Joins one more value to a hash of several. */
export const mixed = (hash: number, value: number): number =>
  Math.imul(hash ^ value, 0x01000193) ^ (hash >>> 13);
