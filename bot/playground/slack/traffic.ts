import type { Exchange } from '../loopback.ts';

const EXCHANGES_MAX = 500;

/** What went over the wire, and who wants to know that something changed. */
export class Traffic {
  readonly #now: () => number;
  readonly #exchanges: Exchange[] = [];
  readonly #listeners = new Set<() => void>();

  /** `now` gives seconds, by the playground's clock. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Oldest first. */
  get exchanges(): readonly Exchange[] {
    return this.#exchanges;
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  note(direction: Exchange['direction'], what: string, body: unknown, refused: string | null): void {
    this.#exchanges.push({ at: this.#now(), direction, what, body, refused });
    if (this.#exchanges.length > EXCHANGES_MAX) this.#exchanges.shift();
    this.changed();
  }

  changed(): void {
    for (const listener of this.#listeners) listener();
  }
}
