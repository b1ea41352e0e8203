import { Table, type Changes, type Row } from './table.ts';
import type { Instant } from './model.ts';

/** An instant at which rules want to be woken, for a purpose and a subject. */
export interface Timer {
  readonly purpose: string;
  readonly subject: string;
  readonly at: Instant;
  readonly rang: boolean;
}

/** All timers: one for a purpose and a subject, so that naming another instant moves it. They are found by their subjects too. */
export class Timers extends Table<string, Timer> {
  /** By subject, then by purpose: after a change of the rules tens of thousands are looked up at once. */
  readonly #bySubject = new Map<string, Map<string, Timer>>();

  constructor(changes: Changes) {
    super('timer', changes);
  }

  find(purpose: string, subject: string): Timer | undefined {
    return this.#bySubject.get(subject)?.get(purpose);
  }

  /** Adds a timer, or moves the one of its purpose and subject. */
  put(timer: Timer): void {
    this.set(keyOf(timer), timer);
  }

  /** Notes that one has rung. Throws where there is none, since that is a bug and not a case. */
  ring(purpose: string, subject: string): void {
    this.put({ ...this.the(keyOf({ purpose, subject })), rang: true });
  }

  /** Forgets all timers of a subject. */
  drop(subject: string): void {
    for (const timer of Array.from(this.#bySubject.get(subject)?.values() ?? [])) this.delete(keyOf(timer));
  }

  override set(key: string, timer: Timer): void {
    super.set(key, timer);
    this.#note(timer);
  }

  override delete(key: string): void {
    const gone = this.get(key);
    super.delete(key);
    if (gone !== undefined) this.#forget(gone);
  }

  override restore(key: string, before: Row | undefined): void {
    const undone = this.get(key);
    super.restore(key, before);
    if (undone !== undefined) this.#forget(undone);
    if (before !== undefined) this.#note(before.value as Timer);
  }

  #note(timer: Timer): void {
    const timers = this.#bySubject.get(timer.subject);
    if (timers === undefined) this.#bySubject.set(timer.subject, new Map([[timer.purpose, timer]]));
    else timers.set(timer.purpose, timer);
  }

  #forget({ purpose, subject }: Timer): void {
    const timers = this.#bySubject.get(subject);
    timers?.delete(purpose);
    if (timers?.size === 0) this.#bySubject.delete(subject);
  }
}

const keyOf = ({ purpose, subject }: Pick<Timer, 'purpose' | 'subject'>): string => `${purpose} ${subject}`;
