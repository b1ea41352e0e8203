import type { ServerResponse } from 'node:http';
import type { Pane } from './loopback.ts';

/** Everything that one reader's page shows, as it is now. */
export interface Look {
  /** Seconds since 1970, of the playground's clock. */
  readonly now: number;
  readonly panes: Readonly<Record<'slack' | 'teams', Pane>>;
  readonly overview: unknown;
  /** The number of the newest exchange. */
  readonly traffic: number;
}

const pauseMs = 50;
const messagesMax = 300;
const bufferedMax = 4_000_000;

/**
 * One page's stream of Server-Sent Events: a `look` event carries what differs from what this page was told before, at
 * most twenty a second. A page that connects again gets a new feed, whose first event is whole.
 */
export class Feed {
  readonly #response: ServerResponse;
  readonly #look: () => Look;
  /** What the page was told last, by name; and its messages, by id. */
  readonly #told = new Map<string, string>();
  readonly #messages = { slack: new Map<string, string>(), teams: new Map<string, string>() };
  #timer: NodeJS.Timeout | null = null;
  #whole = true;

  constructor(response: ServerResponse, look: () => Look) {
    this.#response = response;
    this.#look = look;
    response.write('retry: 1000\n\n');
    this.#send();
  }

  /** Says that something may have changed. */
  wake(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      try {
        this.#send();
      } catch (error) {
        // One page's stream must not end the process; its page connects again.
        console.error('playground:', error);
        this.#response.destroy();
      }
    }, pauseMs);
  }

  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#response.end();
  }

  #send(): void {
    // A page that does not read (a laptop asleep) is let go: it connects again and gets everything.
    if (this.#response.writableLength > bufferedMax) return void this.#response.destroy();
    const { now, panes, overview, traffic } = this.#look();
    const event = {
      ...(this.#whole ? { whole: true } : {}),
      ...this.#differing('now', now),
      ...this.#differing('overview', overview),
      ...this.#differing('traffic', traffic),
      ...this.#pane('slack', panes.slack),
      ...this.#pane('teams', panes.teams),
    };
    this.#whole = false;
    if (Object.keys(event).length > 0)
      this.#response.write(`event: look\ndata: ${JSON.stringify(event)}\n\n`);
  }

  #differing(name: string, value: unknown): Record<string, unknown> {
    return this.#tells(name, value) ? { [name.slice(name.indexOf('/') + 1)]: value ?? null } : {};
  }

  /** The order of the messages when it has changed, and those messages that have. */
  #pane(platform: 'slack' | 'teams', pane: Pane): Record<string, unknown> {
    const shown = pane.messages.slice(-messagesMax);
    const before = this.#messages[platform];
    const texts = new Map(shown.map((message) => [message.id, JSON.stringify(message)]));
    this.#messages[platform] = texts;
    const messages = shown.filter(({ id }) => texts.get(id) !== before.get(id));
    const parts = {
      ...this.#differing(
        `${platform}/order`,
        shown.map((message) => message.id),
      ),
      ...this.#differing(`${platform}/form`, pane.form),
      ...(messages.length > 0 ? { messages } : {}),
    };
    return Object.keys(parts).length > 0 ? { [platform]: parts } : {};
  }

  #tells(name: string, value: unknown): boolean {
    const text = JSON.stringify(value) ?? 'null';
    if (this.#told.get(name) === text) return false;
    this.#told.set(name, text);
    return true;
  }
}
