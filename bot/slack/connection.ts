import { setTimeout as sleep } from 'node:timers/promises';
import { HTTPReceiver, SocketModeReceiver, type Logger, type webApi } from '@slack/bolt';

const HELLO_TIMEOUT_MS = 15_000;
const RETRY_MS_MAX = 30_000;
const GOODBYE_MS = 500;

export type Log = (line: string) => void;

/** How events reach us, beside the receiver that Bolt is given. */
export interface Connection {
  readonly receiver: SocketModeReceiver | HTTPReceiver;
  /** Rejects when the first connection cannot be made; later ones are repaired in the background. */
  open(): Promise<void>;
  /** In words for operators: `connected`, `reconnecting since …`. */
  health(): string;
  close(): Promise<void>;
}

/**
 * Socket Mode with our own reconnecting. The client's own one waits five seconds and more after each of Slack's routine
 * refreshes, and gives up with an unhandled rejection, which ends the process, when Slack answers oddly meanwhile
 * (socket-mode 3.1.0). Ours begins at once, never gives up, and says in `health` how it stands.
 */
export class SocketConnection implements Connection {
  readonly receiver: SocketModeReceiver;
  readonly #log: Log;
  readonly #closing = new AbortController();
  #lostAt: Date | null = null;
  #opened = false;
  #repair: Promise<void> | null = null;

  constructor(appToken: string, clientOptions: webApi.WebClientOptions, logger: Logger, log: Log) {
    this.#log = log;
    this.receiver = new SocketModeReceiver({
      appToken,
      logger,
      // Sites with proxies answer late; five seconds, the default, drops healthy connections (bolt-js#2496).
      clientPingTimeout: 15_000,
      serverPingTimeout: 60_000,
      autoReconnectEnabled: false,
      installerOptions: { clientOptions },
      processEventErrorHandler: eventFailed(log),
    });
    this.receiver.client.on('disconnected', () => this.#lost());
    guardFrames(this.receiver.client, log);
  }

  async open(): Promise<void> {
    await this.#connect();
    this.#opened = true;
  }

  health(): string {
    if (this.#closing.signal.aborted) return 'closed';
    if (!this.#opened) return 'not connected yet';
    return this.#lostAt === null ? 'connected' : `reconnecting since ${this.#lostAt.toISOString()}`;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#sayGoodbye();
    if (this.#repair === null) return;
    // An attempt that was on its way may have connected since.
    await this.#repair;
    await this.#sayGoodbye();
  }

  /** Without the second call the client keeps the process for thirty seconds when nobody completes the goodbye. */
  async #sayGoodbye(): Promise<void> {
    const { client } = this.receiver;
    const patience = new AbortController();
    const late = sleep(GOODBYE_MS, 'late' as const, { signal: patience.signal }).catch(() => 'late' as const);
    const gone = client.disconnect().then(() => patience.abort());
    if ((await Promise.race([gone, late])) === 'late' && !patience.signal.aborted) await client.disconnect();
  }

  #lost(): void {
    if (!this.#opened || this.#closing.signal.aborted || this.#repair !== null) return;
    this.#lostAt = new Date();
    this.#repair = this.#reconnect().finally(() => {
      this.#repair = null;
    });
  }

  async #reconnect(): Promise<void> {
    for (let waitMs = 0; !this.#closing.signal.aborted; waitMs = Math.min(RETRY_MS_MAX, waitMs * 2 + 500)) {
      try {
        await sleep(waitMs * (0.75 + Math.random() / 2), undefined, { signal: this.#closing.signal });
        await this.#connect();
        this.#lostAt = null;
        return;
      } catch (error) {
        if (!this.#closing.signal.aborted) this.#log(`slack: still not connected: ${inWords(error)}`);
      }
    }
  }

  /** A socket that never says hello is closed again. */
  async #connect(): Promise<void> {
    const { client } = this.receiver;
    const late = sleep(HELLO_TIMEOUT_MS, 'late' as const, { ref: false });
    const started = client.start();
    if ((await Promise.race([started, late])) !== 'late') return;
    started.catch((error: unknown) => this.#log(`slack: the late connection ended: ${inWords(error)}`));
    await client.disconnect();
    throw new Error(`no hello from Slack within ${HELLO_TIMEOUT_MS / 1000} s`);
  }
}

/** The client's listener for frames is asynchronous and caught by nobody: a frame that it cannot read would end the process. */
function guardFrames(client: SocketModeReceiver['client'], log: Log): void {
  for (const listener of client.listeners('ws_message')) {
    client.off('ws_message', listener);
    client.on('ws_message', (...frame: unknown[]) => {
      Promise.resolve(listener(...frame)).catch((error: unknown) =>
        log(`slack: a frame was not read: ${inWords(error)}`),
      );
    });
  }
}

/** Plain HTTPS requests from Slack, each signed; a proxy in front ends TLS. A wrong or stale signature is answered 401. */
export class HttpConnection implements Connection {
  readonly receiver: HTTPReceiver;
  readonly #listen: { port: number; host: string };
  #port: number | null = null;

  constructor(signingSecret: string, listen: { port: number; host: string }, logger: Logger, log: Log) {
    this.#listen = listen;
    this.receiver = new HTTPReceiver({
      signingSecret,
      logger,
      unhandledRequestTimeoutMillis: 2900,
      processEventErrorHandler: eventFailed(log),
    });
  }

  /** The port in use, once open. */
  get port(): number | null {
    return this.#port;
  }

  async open(): Promise<void> {
    const server = await this.receiver.start(this.#listen);
    const address = server.address();
    this.#port = typeof address === 'object' && address !== null ? address.port : this.#listen.port;
  }

  health(): string {
    return this.#port === null ? 'not listening' : `listening on port ${this.#port}`;
  }

  async close(): Promise<void> {
    if (this.#port === null) return;
    this.#port = null;
    await this.receiver.stop();
  }
}

/** For what fails before a listener runs. Not acknowledged: Slack delivers it again. */
function eventFailed(log: Log): ({ error }: { error: Error }) => Promise<boolean> {
  return ({ error }) => {
    log(`slack: a delivery failed: ${inWords(error)}`);
    return Promise.resolve(false);
  };
}

/** The client rejects with nothing at all when the socket closes before its greeting. */
function inWords(error: unknown): string {
  return error instanceof Error ? error.message : 'the socket closed before Slack said hello';
}
