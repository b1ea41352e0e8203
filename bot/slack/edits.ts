import { setTimeout as sleep } from 'node:timers/promises';

/** Slack takes about fifty edits a minute for the whole workspace, and a reader sees no more than one a second. */
const EDITS_PER_MINUTE = 48;
const BURST = 10;
const SAME_MESSAGE_MS = 1000;

interface Pending<State> {
  state: State;
  readonly settle: { resolve: () => void; reject: (reason: unknown) => void };
  readonly sent: Promise<void>;
}

export interface EditsOptions<State> {
  readonly send: (message: string, state: State) => Promise<void>;
  /** Seconds to wait, when the error says so; null for any other error. */
  readonly wait: (error: unknown) => number | null;
  readonly perMinute?: number;
  readonly burst?: number;
  readonly sameMessageMs?: number;
}

/**
 * Paces the edits of all messages by one bucket of permits. While a message waits, newer states replace older ones, so
 * what is shown last is always the last state, and whoever asked for an older one is done when the newer one is there.
 */
export class Edits<State> {
  readonly #options: EditsOptions<State>;
  readonly #pending = new Map<string, Pending<State>>();
  readonly #lastSent = new Map<string, number>();
  readonly #stopping = new AbortController();
  #permits: number;
  #filledAt = Date.now();
  #notBefore = 0;
  #working: Promise<void> | null = null;

  constructor(options: EditsOptions<State>) {
    this.#options = options;
    this.#permits = options.burst ?? BURST;
  }

  /** Resolves when this state, or a newer one, is shown. Rejects when Slack refuses it. */
  update(message: string, state: State): Promise<void> {
    const waiting = this.#pending.get(message);
    if (waiting !== undefined) {
      waiting.state = state;
      return waiting.sent;
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#pending.set(message, { state, settle: { resolve, reject }, sent: promise });
    this.#working ??= this.#work();
    return promise;
  }

  /** Sends what still waits without pacing, once each, and resolves when that has ended. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#working;
  }

  async #work(): Promise<void> {
    while (this.#pending.size > 0) {
      const message = await this.#next();
      const waiting = this.#pending.get(message);
      if (waiting !== undefined) await this.#send(message, waiting);
    }
    this.#working = null;
  }

  /** The message whose turn it is, once there is a permit and it was not edited just before. */
  async #next(): Promise<string> {
    for (;;) {
      const now = Date.now();
      this.#fill(now);
      const turns = [...this.#pending.keys()].map((message) => ({ message, at: this.#turn(message) }));
      const first = turns.reduce((one, other) => (other.at < one.at ? other : one));
      if (first.at <= now || this.#stopping.signal.aborted) return first.message;
      await sleep(first.at - now, undefined, { signal: this.#stopping.signal }).catch((error: unknown) => {
        if (!this.#stopping.signal.aborted) throw error;
      });
    }
  }

  async #send(message: string, waiting: Pending<State>): Promise<void> {
    this.#pending.delete(message);
    this.#permits -= 1;
    this.#remember(message, Date.now());
    try {
      await this.#options.send(message, waiting.state);
      waiting.settle.resolve();
    } catch (error) {
      const wait = this.#options.wait(error);
      if (wait === null || this.#stopping.signal.aborted) {
        waiting.settle.reject(error);
      } else {
        this.#notBefore = Date.now() + wait * 1000;
        this.#putBack(message, waiting);
      }
    }
  }

  /** A newer state may have come while the older one was refused: then it stands, and both askers wait for it. */
  #putBack(message: string, refused: Pending<State>): void {
    const newer = this.#pending.get(message);
    if (newer === undefined) this.#pending.set(message, refused);
    else newer.sent.then(refused.settle.resolve, refused.settle.reject);
  }

  #turn(message: string): number {
    const perPermitMs = 60_000 / (this.#options.perMinute ?? EDITS_PER_MINUTE);
    const permitAt = this.#permits >= 1 ? 0 : this.#filledAt + (1 - this.#permits) * perPermitMs;
    const spaced = (this.#lastSent.get(message) ?? 0) + (this.#options.sameMessageMs ?? SAME_MESSAGE_MS);
    return Math.max(Math.ceil(permitAt), spaced, this.#notBefore);
  }

  #fill(now: number): void {
    const gained = ((now - this.#filledAt) * (this.#options.perMinute ?? EDITS_PER_MINUTE)) / 60_000;
    this.#permits = Math.min(this.#options.burst ?? BURST, this.#permits + gained);
    this.#filledAt = now;
  }

  #remember(message: string, now: number): void {
    const spacing = this.#options.sameMessageMs ?? SAME_MESSAGE_MS;
    for (const [other, at] of this.#lastSent) if (now - at > spacing) this.#lastSent.delete(other);
    this.#lastSent.set(message, now);
  }
}
