import { createHmac, randomUUID } from 'node:crypto';
import type { WebSocket } from 'ws';
import { unreachable } from '../../../policies/model.ts';

/** What Slack sends, and what of a client's action it is about. */
export type EnvelopeKind = 'slash_commands' | 'interactive' | 'events_api';

export interface Envelope {
  readonly kind: EnvelopeKind;
  readonly payload: Record<string, unknown>;
  /** From the second time on. */
  readonly retry?: number;
}

/** The bot did not answer as it must: `dispatch_failed` (nobody there, or an error), `operation_timeout` (too late). */
export class NotAcknowledged extends Error {
  override readonly name = 'NotAcknowledged';
}

/** The way to the bot. `deliver` gives what the acknowledgement carried, and rejects with `NotAcknowledged`. */
export interface Delivery {
  deliver(envelope: Envelope): Promise<Record<string, unknown>>;
}

/** Slack's patience. */
export const ACKNOWLEDGE_MS = 3000;

/** Socket Mode: envelopes to one of the open sockets, acknowledged by their id. */
export class SocketDelivery implements Delivery {
  readonly #sockets = new Set<WebSocket>();
  readonly #waiting = new Map<string, PromiseWithResolvers<Record<string, unknown>>>();
  readonly #acknowledgeMs: number;

  constructor(acknowledgeMs: number) {
    this.#acknowledgeMs = acknowledgeMs;
  }

  /** A socket that has shown its ticket. It is greeted, and gets a share of the envelopes from now on. */
  welcome(socket: WebSocket): void {
    this.#sockets.add(socket);
    const pinging = setInterval(() => socket.ping('octopus'), 10_000);
    socket.on('close', () => {
      clearInterval(pinging);
      this.#sockets.delete(socket);
    });
    socket.on('message', (data: Buffer) => this.#acknowledged(data.toString('utf8')));
    socket.send(
      JSON.stringify({
        type: 'hello',
        num_connections: this.#sockets.size,
        connection_info: { app_id: 'AOCTOPUS' },
        debug_info: { host: 'loopback' },
      }),
    );
  }

  /** How many sockets take envelopes. */
  get connections(): number {
    return this.#sockets.size;
  }

  deliver({ kind, payload, retry }: Envelope): Promise<Record<string, unknown>> {
    const [socket] = this.#sockets;
    if (socket === undefined) return Promise.reject(new NotAcknowledged('dispatch_failed'));
    const id = randomUUID();
    const waiting = Promise.withResolvers<Record<string, unknown>>();
    const late = setTimeout(
      () => waiting.reject(new NotAcknowledged('operation_timeout')),
      this.#acknowledgeMs,
    );
    this.#waiting.set(id, waiting);
    socket.send(
      JSON.stringify({
        envelope_id: id,
        type: kind,
        payload,
        accepts_response_payload: kind !== 'events_api',
        ...(retry === undefined ? {} : { retry_attempt: retry, retry_reason: 'timeout' }),
      }),
    );
    return waiting.promise.finally(() => {
      clearTimeout(late);
      this.#waiting.delete(id);
    });
  }

  /** What Slack does every few hours: it asks for a new connection and sends nothing more over the old one. */
  refresh(): void {
    for (const socket of this.#sockets) {
      this.#sockets.delete(socket);
      socket.send(JSON.stringify({ type: 'disconnect', reason: 'refresh_requested' }));
    }
  }

  /** Drops every connection without a goodbye, and gives up what waits for an acknowledgement. */
  cut(): void {
    for (const socket of this.#sockets) socket.terminate();
    this.#sockets.clear();
    for (const waiting of this.#waiting.values()) waiting.reject(new NotAcknowledged('dispatch_failed'));
  }

  #acknowledged(text: string): void {
    const read: unknown = JSON.parse(text);
    if (typeof read !== 'object' || read === null || !('envelope_id' in read)) return;
    const payload = 'payload' in read && typeof read.payload === 'object' ? read.payload : null;
    this.#waiting.get(String(read.envelope_id))?.resolve({ ...payload });
  }
}

/** Signed requests to the bot's own address; Slack's other way. */
export class HttpDelivery implements Delivery {
  readonly #url: string;
  readonly #signingSecret: string;
  readonly #acknowledgeMs: number;

  constructor(url: string, signingSecret: string, acknowledgeMs: number) {
    this.#url = url;
    this.#signingSecret = signingSecret;
    this.#acknowledgeMs = acknowledgeMs;
  }

  async deliver({ kind, payload, retry }: Envelope): Promise<Record<string, unknown>> {
    const body = httpBody(kind, payload);
    const timestamp = Math.floor(Date.now() / 1000);
    let response: Response;
    try {
      response = await fetch(this.#url, {
        method: 'POST',
        headers: {
          'content-type': kind === 'events_api' ? 'application/json' : 'application/x-www-form-urlencoded',
          'x-slack-request-timestamp': String(timestamp),
          'x-slack-signature': signature(this.#signingSecret, timestamp, body),
          ...(retry === undefined
            ? {}
            : { 'x-slack-retry-num': String(retry), 'x-slack-retry-reason': 'http_timeout' }),
        },
        body,
        signal: AbortSignal.timeout(this.#acknowledgeMs),
      });
    } catch (error) {
      const isLate = error instanceof Error && error.name === 'TimeoutError';
      throw new NotAcknowledged(isLate ? 'operation_timeout' : 'dispatch_failed', { cause: error });
    }
    if (!response.ok) throw new NotAcknowledged('dispatch_failed');
    const text = await response.text();
    return text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : {};
  }
}

/** `v0=…`, as docs.slack.dev/authentication/verifying-requests-from-slack says. */
export function signature(signingSecret: string, timestamp: number, body: string): string {
  return `v0=${createHmac('sha256', signingSecret).update(`v0:${timestamp}:${body}`).digest('hex')}`;
}

/** A payload as it crosses by HTTP. */
export function httpBody(kind: EnvelopeKind, payload: Record<string, unknown>): string {
  switch (kind) {
    case 'slash_commands':
      return new URLSearchParams(
        Object.entries(payload).map(([name, value]): [string, string] => [name, String(value)]),
      ).toString();
    case 'interactive':
      return new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
    case 'events_api':
      return JSON.stringify(payload);
    default:
      return unreachable(kind);
  }
}
