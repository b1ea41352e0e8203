/** A value and its place in the order of insertion. */
export interface Row {
  readonly place: number;
  readonly value: unknown;
}

/** One change of a table, as it is taken back. */
interface Undo {
  readonly table: Table<string, unknown>;
  readonly key: string;
  readonly before: Row | undefined;
}

/** What was changed since a mark: enough to take it back, and to know which entities were touched. */
export class Changes {
  readonly #undo: Undo[] = [];

  record(table: Table<string, unknown>, key: string, before: Row | undefined): void {
    this.#undo.push({ table, key, before });
  }

  get mark(): number {
    return this.#undo.length;
  }

  /** Tables and keys touched since the mark, each once, in order of first touch. */
  touched(mark: number): readonly { readonly table: string; readonly key: string }[] {
    const seen = new Set<string>();
    const found: { table: string; key: string }[] = [];
    for (const { table, key } of this.#undo.slice(mark)) {
      const id = `${table.name}\n${key}`;
      if (seen.has(id)) continue;
      seen.add(id);
      found.push({ table: table.name, key });
    }
    return found;
  }

  rollBackTo(mark: number): void {
    while (this.#undo.length > mark) {
      const { table, key, before } = this.#undo.pop() as Undo;
      table.restore(key, before);
    }
  }

  /** Forgets how to go back: what is there now stays. */
  settle(): void {
    this.#undo.length = 0;
  }
}

/**
 * Entities by id. Values are never changed in place, they are replaced: so an old row, kept by `Changes`, is the whole
 * way back. Iteration is in order of insertion, also after a way back, so that a table rebuilt from the journal reads alike.
 */
export class Table<Key extends string, Value> {
  readonly name: string;
  readonly #changes: Changes;
  #rows = new Map<Key, Row & { readonly value: Value }>();
  #placesGiven = 0;
  /** A row that was taken back stands at the end of the map, and not at its place. */
  #isDisordered = false;

  constructor(name: string, changes: Changes) {
    this.name = name;
    this.#changes = changes;
  }

  get size(): number {
    return this.#rows.size;
  }

  get(key: Key): Value | undefined {
    return this.#rows.get(key)?.value;
  }

  /** The value that must be there; throws where it is not, since that is a bug and not a case. */
  the(key: Key): Value {
    const row = this.#rows.get(key);
    if (row === undefined) throw new Error(`there is no ${this.name} ${key}`);
    return row.value;
  }

  has(key: Key): boolean {
    return this.#rows.has(key);
  }

  set(key: Key, value: Value): void {
    const before = this.#rows.get(key);
    this.#changes.record(this, key, before);
    this.#rows.set(key, { place: before?.place ?? this.#placesGiven++, value });
  }

  delete(key: Key): void {
    const before = this.#rows.get(key);
    if (before === undefined) return;
    this.#changes.record(this, key, before);
    this.#rows.delete(key);
  }

  *values(): IterableIterator<Value> {
    for (const row of this.#ordered().values()) yield row.value;
  }

  keys(): IterableIterator<Key> {
    return this.#ordered().keys();
  }

  *entries(): IterableIterator<[Key, Value]> {
    for (const [key, row] of this.#ordered()) yield [key, row.value];
  }

  /** For `Changes` alone. */
  restore(key: string, before: Row | undefined): void {
    if (before === undefined) {
      this.#rows.delete(key as Key);
      return;
    }
    if (!this.#rows.has(key as Key)) this.#isDisordered = true;
    this.#rows.set(key as Key, before as Row & { readonly value: Value });
  }

  #ordered(): Map<Key, Row & { readonly value: Value }> {
    if (this.#isDisordered) {
      this.#rows = new Map([...this.#rows].toSorted(([, one], [, other]) => one.place - other.place));
      this.#isDisordered = false;
    }
    return this.#rows;
  }
}
