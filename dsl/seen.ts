/**
 * A map of constructs as one module sees them: what is asked for by a name as it is written is found by its key. Given by name
 * are the constructs that belong to no module.
 */
export class Seen<V> implements ReadonlyMap<string, V> {
  readonly #byKey: ReadonlyMap<string, V>;
  readonly #keyOf: (name: string) => string | null;
  readonly #others: ReadonlyMap<string, V>;

  constructor(
    byKey: ReadonlyMap<string, V>,
    keyOf: (name: string) => string | null,
    others: ReadonlyMap<string, V> = new Map(),
  ) {
    this.#byKey = byKey;
    this.#keyOf = keyOf;
    this.#others = others;
  }

  get(name: string): V | undefined {
    const other = this.#others.get(name);
    if (other !== undefined) return other;
    const key = this.#keyOf(name);
    return key === null ? undefined : this.#byKey.get(key);
  }

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  get size(): number {
    return [...this.entries()].length;
  }

  forEach(visit: (value: V, name: string, map: ReadonlyMap<string, V>) => void): void {
    for (const [name, value] of this) visit(value, name, this);
  }

  *entries(): MapIterator<[string, V]> {
    yield* this.#others.entries();
    for (const [key, value] of this.#byKey) {
      const name = key.replace(/^.*::/, '');
      if (this.#keyOf(name) === key) yield [name, value];
    }
  }

  *keys(): MapIterator<string> {
    for (const [name] of this.entries()) yield name;
  }

  *values(): MapIterator<V> {
    for (const [, value] of this.entries()) yield value;
  }

  [Symbol.iterator](): MapIterator<[string, V]> {
    return this.entries();
  }
}
