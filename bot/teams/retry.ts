import { setTimeout as pause } from 'node:timers/promises';

/** The answers after which Microsoft asks bots to try again ("Optimize your bot with rate limiting in Teams"). */
const RETRIED = new Set([412, 429, 502, 504]);
const ATTEMPTS_MAX = 4;

/** The platform has refused what we sent: with which HTTP status, and its words for it. */
export class TeamsRefusal extends Error {
  override readonly name = 'TeamsRefusal';
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Tries again, later each time and never in step with others, while the platform says that it is busy. */
export async function withRetries<T>(send: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await send();
    } catch (error) {
      if (attempt === ATTEMPTS_MAX || !RETRIED.has(statusOf(error) ?? 0)) throw error;
      await pause(250 * 2 ** attempt * (0.5 + Math.random()), undefined, { signal });
    }
  }
}

/** The HTTP status that an error of the SDK, or of ours, speaks of; null for one that is not an answer of the platform. */
export function statusOf(error: unknown): number | null {
  if (error instanceof TeamsRefusal) return error.status;
  if (typeof error !== 'object' || error === null || !('statusCode' in error)) return null;
  return typeof error.statusCode === 'number' ? error.statusCode : null;
}
