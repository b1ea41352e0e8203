import type { Shell } from './shell.ts';

/** Reads never wait behind writes, and neither behind moves, which take minutes. */
export type Lane = 'read' | 'write' | 'move';

export type LaneSizes = Readonly<Record<Lane, number>>;

/** A shell that waits for work so long is let go, so that a host keeps no processes of ours for nothing. */
const IDLE_MS = 300_000;

interface Waiter {
  readonly give: (shell: Shell) => void;
  readonly refuse: (reason: unknown) => void;
}

/**
 * The shells of one host, lane by lane. A lane opens shells as they are needed, up to its size; then work waits its turn.
 * A shell that has ended is never given out, and a new one is opened in its place.
 */
export class Pool {
  readonly #lanes: Readonly<Record<Lane, LaneOfShells>>;

  /** `open` starts a shell and makes it ready; it rejects when the host cannot be reached. */
  constructor(open: () => Promise<Shell>, sizes: LaneSizes) {
    this.#lanes = {
      read: new LaneOfShells(open, sizes.read),
      write: new LaneOfShells(open, sizes.write),
      move: new LaneOfShells(open, sizes.move),
    };
  }

  /**
   * Work in a shell of the lane. Rejects with what opening a shell rejects with, or with the signal's reason as long as
   * the work has not been given a shell; after that the work alone decides.
   */
  async run<T>(lane: Lane, work: (shell: Shell) => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    const shell = await this.#lanes[lane].take(signal);
    try {
      return await work(shell);
    } finally {
      this.#lanes[lane].giveBack(shell);
    }
  }

  /** Ends every shell at once; what they are at is lost. The pool opens new ones when it is used again. */
  drop(): void {
    for (const lane of Object.values(this.#lanes)) lane.drop();
  }

  /** Shells that are alive, in all lanes. */
  get size(): number {
    return Object.values(this.#lanes).reduce((sum, lane) => sum + lane.size, 0);
  }
}

class LaneOfShells {
  readonly #open: () => Promise<Shell>;
  readonly #max: number;
  readonly #all = new Set<Shell>();
  readonly #idle = new Map<Shell, NodeJS.Timeout>();
  readonly #waiting: Waiter[] = [];
  #opening = 0;

  constructor(open: () => Promise<Shell>, max: number) {
    this.#open = open;
    this.#max = max;
  }

  get size(): number {
    return this.#all.size;
  }

  take(signal: AbortSignal | undefined): Promise<Shell> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) {
        reject(signal.reason as Error);
        return;
      }
      const leave = (): void => {
        const at = this.#waiting.indexOf(waiter);
        if (at >= 0) this.#waiting.splice(at, 1);
        reject(signal?.reason as Error);
      };
      const waiter: Waiter = {
        give: (shell) => {
          signal?.removeEventListener('abort', leave);
          resolve(shell);
        },
        refuse: (reason) => {
          signal?.removeEventListener('abort', leave);
          reject(reason);
        },
      };
      signal?.addEventListener('abort', leave, { once: true });
      this.#waiting.push(waiter);
      this.#serve();
    });
  }

  giveBack(shell: Shell): void {
    if (shell.isAlive) this.#rest(shell);
    else this.#all.delete(shell);
    this.#serve();
  }

  drop(): void {
    for (const timer of this.#idle.values()) clearTimeout(timer);
    for (const shell of this.#all) shell.kill();
    this.#idle.clear();
    this.#all.clear();
  }

  #rest(shell: Shell): void {
    const timer = setTimeout(() => {
      this.#idle.delete(shell);
      this.#all.delete(shell);
      shell.kill();
    }, IDLE_MS);
    timer.unref();
    this.#idle.set(shell, timer);
  }

  #serve(): void {
    for (const [shell, timer] of this.#idle) {
      if (this.#waiting.length === 0) return;
      clearTimeout(timer);
      this.#idle.delete(shell);
      if (shell.isAlive) this.#waiting.shift()?.give(shell);
      else this.#all.delete(shell);
    }
    while (this.#waiting.length > this.#opening && this.#all.size + this.#opening < this.#max) this.#grow();
  }

  #grow(): void {
    this.#opening += 1;
    const open = async (): Promise<void> => {
      try {
        const shell = await this.#open();
        this.#all.add(shell);
        this.#rest(shell);
      } catch (reason) {
        // Whoever waits longest is told; the others have a try of their own.
        this.#waiting.shift()?.refuse(reason);
      }
      this.#opening -= 1;
      this.#serve();
    };
    void open();
  }
}
