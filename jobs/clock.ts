import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { Clock, Instant, Seconds } from '../policies/model.ts';

/** The longest that one timer of Node can wait, in milliseconds: a longer one would fire at once. */
const TIMER_MS_MAX = 2 ** 31 - 1;

/** The time of day. */
export class RealClock implements Clock {
  now(): Instant {
    return Math.floor(Date.now() / 1000) as Instant;
  }

  async at(instant: Instant, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    for (let rest = instant * 1000 - Date.now(); rest > 0; rest = instant * 1000 - Date.now()) {
      try {
        await sleep(Math.min(rest, TIMER_MS_MAX), undefined, signal === undefined ? {} : { signal });
      } catch (error) {
        signal?.throwIfAborted();
        throw error;
      }
    }
  }
}

/** Turns of the event loop in which nothing new waits on a clock before it counts as idle. */
const GRACE_TURNS = 4;

/** Lets work that has just been woken go on until it waits for time again; enough where nothing waits for a disk. */
export async function idle(): Promise<void> {
  for (let turn = 0; turn < GRACE_TURNS; turn += 1) await nextTurn();
}

interface Wait {
  readonly instant: Instant;
  readonly pulls: boolean;
  readonly wake: () => void;
}

/**
 * A clock that can be moved forward, and never back. `running` goes on by itself as real time does (the playground);
 * `stopped` stands until it is moved (tests, pipes). Waiting instants are met in their order, each with the clock
 * standing at it, so nobody who waited sees a time that skipped them.
 */
export class VirtualClock implements Clock {
  /**
   * The same time for those whose waiting is itself the work, as a simulated host's is: when nothing else is going on,
   * a stopped clock moves on to the earliest of these waits. Waits on the clock itself (a lease's end, a deadline) are
   * woken in their order when time passes them, and never make it pass.
   */
  readonly pulling: Clock;
  readonly #mode: 'running' | 'stopped';
  /** Stopped: the time in milliseconds. Running: what it is ahead of real time. */
  #ms: number;
  /** Sorted by instant; those of one instant in the order in which they began to wait. */
  readonly #waits: Wait[] = [];
  #pullingWaits = 0;
  #pull: 'none' | 'scheduled' | 'disturbed' = 'none';
  #timer: NodeJS.Timeout | undefined;
  #advancing: Promise<void> = Promise.resolve();

  constructor(start: Instant, mode: 'running' | 'stopped' = 'stopped') {
    this.#mode = mode;
    this.#ms = start * 1000 - (mode === 'running' ? Date.now() : 0);
    this.pulling = {
      now: () => this.now(),
      at: (instant, signal) => this.#wait(instant, true, signal),
    };
  }

  now(): Instant {
    return Math.floor(this.#nowMs() / 1000) as Instant;
  }

  at(instant: Instant, signal?: AbortSignal): Promise<void> {
    return this.#wait(instant, false, signal);
  }

  /** How many wait on the pulling side: hosts and steps that are at work. */
  get pullingWaits(): number {
    return this.#pullingWaits;
  }

  /** The earliest instant that somebody waits for. */
  next(): Instant | undefined {
    return this.#waits[0]?.instant;
  }

  /**
   * Moves time forward to an instant, through every instant that somebody waits for until then, also those that only
   * come up on the way. At each stop `settled` says when everything that was woken has come to rest. A second call
   * begins when the first has ended. An instant that has passed is reached already.
   */
  advanceTo(instant: Instant, settled: () => Promise<void> = idle): Promise<void> {
    return this.#inTurn(() => this.#walk(instant, settled));
  }

  /** Moves time forward by a length, measured from when earlier moves have ended. */
  advance(seconds: Seconds, settled: () => Promise<void> = idle): Promise<void> {
    return this.#inTurn(() => this.#walk((this.now() + seconds) as Instant, settled));
  }

  #inTurn(move: () => Promise<void>): Promise<void> {
    const moved = this.#advancing.then(move);
    // Whoever asked for a move hears that it failed; the next one is not concerned.
    this.#advancing = moved.catch(() => undefined);
    return moved;
  }

  async #walk(target: Instant, settled: () => Promise<void>): Promise<void> {
    await settled();
    for (let next = this.next(); next !== undefined && next <= target; next = this.next()) {
      this.#moveTo(next);
      await settled();
    }
    this.#moveTo(target);
  }

  #nowMs(): number {
    return this.#mode === 'running' ? Date.now() + this.#ms : this.#ms;
  }

  #moveTo(instant: Instant): void {
    this.#ms += Math.max(0, instant * 1000 - this.#nowMs());
    this.#wakeDue();
  }

  #wakeDue(): void {
    const now = this.now();
    for (let first = this.#waits[0]; first !== undefined && first.instant <= now; first = this.#waits[0]) {
      this.#remove(first);
      first.wake();
    }
    this.#arm();
  }

  #wait(instant: Instant, pulls: boolean, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const abort = (): void => {
        this.#remove(wait);
        this.#arm();
        reject(signal?.reason as Error);
      };
      const wait: Wait = {
        instant,
        pulls,
        wake: () => {
          signal?.removeEventListener('abort', abort);
          resolve();
        },
      };
      if (signal?.aborted === true) reject(signal.reason as Error);
      else if (instant <= this.now()) resolve();
      else {
        signal?.addEventListener('abort', abort, { once: true });
        this.#add(wait);
        this.#arm();
      }
    });
  }

  #add(wait: Wait): void {
    let place = this.#waits.length;
    while (place > 0 && (this.#waits[place - 1]?.instant ?? 0) > wait.instant) place -= 1;
    this.#waits.splice(place, 0, wait);
    if (wait.pulls) this.#pullingWaits += 1;
  }

  #remove(wait: Wait): void {
    const place = this.#waits.indexOf(wait);
    if (place < 0) return;
    this.#waits.splice(place, 1);
    if (wait.pulls) this.#pullingWaits -= 1;
  }

  /** Sees to it that time goes on: by a timer while running, by a pull when somebody pulls a stopped clock. */
  #arm(): void {
    if (this.#mode === 'running') {
      clearTimeout(this.#timer);
      const next = this.next();
      if (next === undefined) return;
      const rest = Math.max(0, next * 1000 - this.#nowMs());
      this.#timer = setTimeout(() => this.#wakeDue(), Math.min(rest, TIMER_MS_MAX));
    } else if (this.#pull === 'none') {
      if (this.#pullingWaits > 0) this.#schedulePull();
    } else {
      this.#pull = 'disturbed';
    }
  }

  /** Counts idle turns from the start whenever a wait has come or gone meanwhile, then takes one stop. */
  #schedulePull(turnsLeft = GRACE_TURNS): void {
    this.#pull = 'scheduled';
    setImmediate(() => {
      const disturbed = this.#pull === 'disturbed';
      if (this.#pullingWaits === 0) this.#pull = 'none';
      else if (disturbed) this.#schedulePull();
      else if (turnsLeft > 1) this.#schedulePull(turnsLeft - 1);
      else {
        this.#pull = 'none';
        this.#moveTo(this.next() ?? this.now());
      }
    });
  }
}
