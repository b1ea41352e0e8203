import { setMaxListeners } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';

/**
 * What Teams lets one bot send into one conversation: so many messages in so many milliseconds (Microsoft, "Optimize your
 * bot with rate limiting in Teams").
 */
const WINDOWS: readonly (readonly [count: number, lengthMs: number])[] = [
  [7, 1_000],
  [8, 2_000],
  [60, 30_000],
  [1_800, 3_600_000],
];

/** Messages meet closer together than they left; this much is added to each window. */
const SLACK_MS = 150;

/** Hands out the moments at which messages may leave, conversation by conversation, in the order in which they are asked for. */
export class SendBudget {
  /** Moments already handed out per conversation, ascending; the future ones are promises to callers that wait. */
  readonly #taken = new Map<string, number[]>();

  /** Resolves when one more message may go into this conversation. Rejects with the signal's reason. */
  async take(conversation: string, signal?: AbortSignal): Promise<void> {
    const now = Date.now();
    const at = this.reserve(conversation, now);
    if (at > now) await pause(at - now, undefined, { signal });
  }

  /** The moment (milliseconds, `now` at the earliest) at which one more message may go; it is taken from then on. */
  reserve(conversation: string, now: number): number {
    const horizon = now - 3_600_000 - SLACK_MS;
    const taken = (this.#taken.get(conversation) ?? []).filter((at) => at > horizon);
    let at = Math.max(now, taken.at(-1) ?? 0);
    for (const [count, lengthMs] of WINDOWS) {
      const first = taken[taken.length - count];
      if (first !== undefined) at = Math.max(at, first + lengthMs + SLACK_MS);
    }
    taken.push(at);
    this.#taken.set(conversation, taken);
    if (this.#taken.size > 1_000) this.#forgetIdle(horizon);
    return at;
  }

  #forgetIdle(horizon: number): void {
    for (const [conversation, taken] of this.#taken) {
      if ((taken.at(-1) ?? 0) <= horizon) this.#taken.delete(conversation);
    }
  }
}

interface Waiting<State> {
  state: State;
  readonly sent: PromiseWithResolvers<void>;
}

interface Lane<State> {
  /** The newest state of each message that has one to be sent, the longest waiting first. */
  readonly waiting: Map<string, Waiting<State>>;
  last: number;
  running: boolean;
}

/**
 * Edits of messages, at most one per conversation in `gapMs`. States that are overtaken while they wait are never sent;
 * the last one always is.
 */
export class EditLanes<State> {
  readonly #lanes = new Map<string, Lane<State>>();
  readonly #send: (message: string, state: State) => Promise<void>;
  readonly #gapMs: number;
  readonly #hurry = new AbortController();

  constructor(gapMs: number, send: (message: string, state: State) => Promise<void>) {
    this.#gapMs = gapMs;
    this.#send = send;
    setMaxListeners(0, this.#hurry.signal);
  }

  /** Resolves when this state, or a later one of the same message, has been sent; rejects when that failed. */
  put(conversation: string, message: string, state: State): Promise<void> {
    const lane: Lane<State> = this.#lanes.get(conversation) ?? {
      waiting: new Map(),
      last: 0,
      running: false,
    };
    this.#lanes.set(conversation, lane);
    const waiting: Waiting<State> = lane.waiting.get(message) ?? {
      state,
      sent: Promise.withResolvers<void>(),
    };
    waiting.state = state;
    lane.waiting.set(message, waiting);
    if (!lane.running) void this.#run(conversation, lane);
    return waiting.sent.promise;
  }

  /** Sends what waits without keeping the gap, and resolves when all of it has been tried. */
  async flush(): Promise<void> {
    this.#hurry.abort();
    const left = [...this.#lanes.values()].map(({ waiting }) =>
      Array.from(waiting.values(), ({ sent }) => sent.promise),
    );
    await Promise.allSettled(left.flat());
  }

  async #run(conversation: string, lane: Lane<State>): Promise<void> {
    lane.running = true;
    while (lane.waiting.size > 0) {
      await this.#gap(lane.last + this.#gapMs - Date.now());
      const next = lane.waiting.entries().next().value;
      if (next === undefined) break;
      const [message, { state, sent }] = next;
      lane.waiting.delete(message);
      lane.last = Date.now();
      await this.#send(message, state).then(sent.resolve, sent.reject);
    }
    lane.running = false;
    // A lane that is remembered only for its gap is forgotten once the gap is over.
    setTimeout(() => {
      if (!lane.running && lane.waiting.size === 0 && this.#lanes.get(conversation) === lane)
        this.#lanes.delete(conversation);
    }, this.#gapMs).unref();
  }

  async #gap(ms: number): Promise<void> {
    const { signal } = this.#hurry;
    if (ms <= 0 || signal.aborted) return;
    await pause(ms, undefined, { signal }).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
  }
}
