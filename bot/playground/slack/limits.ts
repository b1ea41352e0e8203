/** Real milliseconds; vendors do not follow our clock. */
export type Now = () => number;

/** Calls per minute that each method may make, and how many of them at once; docs.slack.dev/apis/web-api/rate-limits. */
const TIERS = {
  tier1: { perMinute: 1, burst: 10 },
  tier2: { perMinute: 20, burst: 20 },
  tier3: { perMinute: 50, burst: 50 },
  tier4: { perMinute: 100, burst: 100 },
  /** One message a second and channel, "short bursts" allowed. */
  posting: { perMinute: 60, burst: 5 },
} as const;

export type Tier = keyof typeof TIERS;

/** A bucket of permits for each method, or method and channel. */
export class RateLimits {
  readonly #now: Now;
  readonly #buckets = new Map<string, { permits: number; at: number }>();

  constructor(now: Now) {
    this.#now = now;
  }

  /** Takes a permit; or the seconds to wait, as `Retry-After` says them, when there is none. */
  take(key: string, tier: Tier): number | null {
    const { perMinute, burst } = TIERS[tier];
    const now = this.#now();
    const bucket = this.#buckets.get(key) ?? { permits: burst, at: now };
    const permits = Math.min(burst, bucket.permits + ((now - bucket.at) * perMinute) / 60_000);
    this.#buckets.set(key, { permits: permits >= 1 ? permits - 1 : permits, at: now });
    return permits >= 1 ? null : Math.max(1, Math.ceil(((1 - permits) * 60) / perMinute));
  }
}

/** Trigger ids: three seconds, one modal. */
export class Triggers {
  static readonly lifeMs = 3000;
  readonly #now: Now;
  readonly #known = new Map<string, { user: string; at: number; isUsed: boolean }>();
  #count = 0;

  constructor(now: Now) {
    this.#now = now;
  }

  issue(user: string): string {
    forgetBefore(this.#known, this.#now() - 100 * Triggers.lifeMs);
    this.#count += 1;
    const id = `${this.#count}.${Math.floor(this.#now())}.${user.toLowerCase()}`;
    this.#known.set(id, { user, at: this.#now(), isUsed: false });
    return id;
  }

  /** Whose trigger it is, or Slack's code for why it is none any more. */
  exchange(id: string): { user: string } | { refused: string } {
    const trigger = this.#known.get(id);
    if (trigger === undefined) return { refused: 'invalid_trigger_id' };
    if (trigger.isUsed) return { refused: 'exchanged_trigger_id' };
    if (this.#now() - trigger.at > Triggers.lifeMs) return { refused: 'expired_trigger_id' };
    trigger.isUsed = true;
    return { user: trigger.user };
  }
}

/** What a response URL answers to. */
export interface ResponseTarget {
  readonly channel: string;
  readonly user: string;
  readonly thread: string | undefined;
  /** The message that `replace_original` replaces: the pressed one, or the last answer. */
  readonly original: string | null;
}

/** Response URLs: five answers within thirty minutes. */
export class ResponseUrls {
  static readonly lifeMs = 30 * 60_000;
  static readonly usesMax = 5;
  readonly #now: Now;
  readonly #known = new Map<string, { target: ResponseTarget; at: number; uses: number }>();
  #count = 0;

  constructor(now: Now) {
    this.#now = now;
  }

  issue(target: ResponseTarget): string {
    forgetBefore(this.#known, this.#now() - 2 * ResponseUrls.lifeMs);
    this.#count += 1;
    const id = `r${this.#count}`;
    this.#known.set(id, { target, at: this.#now(), uses: 0 });
    return id;
  }

  use(id: string): ResponseTarget | { refused: string } {
    const url = this.#known.get(id);
    if (url === undefined) return { refused: 'no_such_url' };
    if (this.#now() - url.at > ResponseUrls.lifeMs) return { refused: 'expired_url' };
    if (url.uses >= ResponseUrls.usesMax) return { refused: 'used_url' };
    url.uses += 1;
    return url.target;
  }

  answeredBy(id: string, message: string): void {
    const url = this.#known.get(id);
    if (url !== undefined) url.target = { ...url.target, original: message };
  }
}

/** Entries are in the order of their times. */
function forgetBefore(known: Map<string, { at: number }>, at: number): void {
  for (const [id, entry] of known) {
    if (entry.at >= at) return;
    known.delete(id);
  }
}
