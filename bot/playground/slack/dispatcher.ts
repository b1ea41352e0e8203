import { NotAcknowledged, type Delivery, type Envelope } from './delivery.ts';
import type { Traffic } from './traffic.ts';

/** Slack repeats an event that nobody acknowledged: at once, after a minute, after five. */
const RETRIES_MS = [0, 60_000, 300_000];

/** Hands envelopes to the bot by whichever way it has chosen, and repeats events that it did not acknowledge. */
export class Dispatcher {
  /** Socket Mode or signed requests. */
  way: Delivery;
  readonly #traffic: Traffic;
  readonly #retries = new Set<NodeJS.Timeout>();
  #isStopped = false;

  constructor(way: Delivery, traffic: Traffic) {
    this.way = way;
    this.#traffic = traffic;
  }

  start(): void {
    this.#isStopped = false;
  }

  stop(): void {
    this.#isStopped = true;
    for (const retry of this.#retries) clearTimeout(retry);
    this.#retries.clear();
  }

  /** What the acknowledgement carried. Rejects with `NotAcknowledged`. */
  async deliver(envelope: Envelope): Promise<Record<string, unknown>> {
    this.#traffic.note('to-octopus', envelope.kind, envelope.payload, null);
    try {
      const answer = await this.way.deliver(envelope);
      this.#traffic.note('from-octopus', 'acknowledgement', answer, null);
      return answer;
    } catch (error) {
      if (!(error instanceof NotAcknowledged)) throw error;
      this.#traffic.note('from-octopus', 'acknowledgement', null, error.message);
      if (envelope.kind === 'events_api') this.#retry(envelope);
      throw error;
    }
  }

  #retry(envelope: Envelope): void {
    const waitMs = RETRIES_MS[envelope.retry ?? 0];
    if (waitMs === undefined || this.#isStopped) return;
    const timer = setTimeout(() => {
      this.#retries.delete(timer);
      // A failure is noted in the traffic, and leads to the next try.
      this.deliver({ ...envelope, retry: (envelope.retry ?? 0) + 1 }).catch((error: unknown) => {
        if (!(error instanceof NotAcknowledged)) throw error;
      });
    }, waitMs);
    this.#retries.add(timer.unref());
  }
}
