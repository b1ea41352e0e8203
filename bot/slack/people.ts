import { setTimeout as sleep } from 'node:timers/promises';
import type { Actor } from '../surface.ts';
import { conversation } from './address.ts';

const FRESH_MS = 3_600_000;
/** An answer does not wait longer than this for a name. */
const PATIENCE_MS = 500;
const PEOPLE_MAX = 5000;

interface Profile {
  readonly name: string | null;
  readonly zone: string | null;
  readonly at: number;
}

/** Names and time zones of people, asked once an hour. Who they are is never asked: the id is what Slack has vouched for. */
export class People {
  readonly #lookUp: (user: string) => Promise<{ name: string | null; zone: string | null }>;
  readonly #log: (line: string) => void;
  readonly #known = new Map<string, Profile>();
  readonly #asked = new Map<string, Promise<void>>();

  constructor(
    lookUp: (user: string) => Promise<{ name: string | null; zone: string | null }>,
    log: (line: string) => void,
  ) {
    this.#lookUp = lookUp;
    this.#log = log;
  }

  /** `called` is the name that came with the delivery, for when Slack does not tell a better one in time. */
  async actor(user: string, called: string | undefined): Promise<Actor> {
    const known = this.#known.get(user);
    if (known === undefined || Date.now() - known.at > FRESH_MS) {
      const asked = this.#ask(user);
      if (known === undefined) await Promise.race([asked, sleep(PATIENCE_MS, undefined, { ref: false })]);
    }
    const profile = this.#known.get(user);
    return {
      account: `slack:${user}`,
      name: profile?.name ?? called ?? user,
      zone: profile?.zone ?? null,
      direct: conversation({ user }),
    };
  }

  #ask(user: string): Promise<void> {
    const running = this.#asked.get(user);
    if (running !== undefined) return running;
    const asking = this.#lookUp(user)
      .then((profile) => this.#learn(user, profile))
      .catch((error: unknown) => this.#log(`slack: no profile of ${user}: ${String(error)}`))
      .finally(() => this.#asked.delete(user));
    this.#asked.set(user, asking);
    return asking;
  }

  #learn(user: string, profile: { name: string | null; zone: string | null }): void {
    const [oldest] = this.#known.keys();
    if (this.#known.size >= PEOPLE_MAX && oldest !== undefined) this.#known.delete(oldest);
    this.#known.delete(user);
    this.#known.set(user, { ...profile, at: Date.now() });
  }
}
