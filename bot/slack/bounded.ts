const ENTRIES_MAX = 2000;

/** A set that remembers its newest entries. */
export class Bounded {
  readonly #entries = new Set<string>();

  add(entry: string): void {
    this.#entries.add(entry);
    const [oldest] = this.#entries;
    if (this.#entries.size > ENTRIES_MAX && oldest !== undefined) this.#entries.delete(oldest);
  }

  has(entry: string): boolean {
    return this.#entries.has(entry);
  }

  delete(entry: string): void {
    this.#entries.delete(entry);
  }
}
