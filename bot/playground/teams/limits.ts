/** Microsoft's limits for one bot in one conversation: so many messages in so many milliseconds. */
const LIMITS: readonly (readonly [count: number, lengthMs: number])[] = [
  [7, 1_000],
  [8, 2_000],
  [60, 30_000],
  [1_800, 3_600_000],
];

/** Counts what comes in, conversation by conversation, and says when it is too much. */
export class RateMeter {
  readonly #seen = new Map<string, number[]>();

  /** Null: let it in. Else the seconds after which it may be tried again. Only what is let in counts. */
  admit(conversation: string, now: number): number | null {
    const seen = (this.#seen.get(conversation) ?? []).filter((at) => at > now - 3_600_000);
    for (const [count, lengthMs] of LIMITS) {
      const inWindow = seen.filter((at) => at > now - lengthMs);
      const first = inWindow[0];
      if (inWindow.length >= count && first !== undefined) return Math.ceil((first + lengthMs - now) / 1000);
    }
    seen.push(now);
    this.#seen.set(conversation, seen);
    return null;
  }
}
