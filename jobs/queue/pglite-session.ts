import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { PgNotification, PgQueryable, PgQueryResult } from 'bullmq';
import type { QueryMessage, ThreadMessage } from './pglite-thread.ts';

/** PostgreSQL refused a query, with its SQLSTATE. */
export class QueryRefused extends Error {
  override readonly name = 'QueryRefused';
  readonly code: string | undefined;
  constructor(message: string, code: string | undefined) {
    super(message);
    this.code = code;
  }
}

interface Waiting {
  readonly resolve: (result: PgQueryResult<never>) => void;
  readonly reject: (error: Error) => void;
}

/** The session ended before the answer came: nobody knows whether the query took effect. */
export class SessionEnded extends Error {
  override readonly name = 'SessionEnded';
  constructor() {
    // BullMQ knows these words as a connection that was lost.
    super('Connection is closed.');
  }
}

/** One PGlite in a thread of its own: the one session that it has, until the thread ends. */
export class PgliteSession implements PgQueryable {
  /** Resolves when the thread has ended: with null after `end`, else with what it died of. */
  readonly ended: Promise<Error | null>;
  readonly #thread: Worker;
  readonly #waiting = new Map<number, Waiting>();
  readonly #ready = Promise.withResolvers<void>();
  readonly #onNotification: (notification: PgNotification) => void;
  #last = 0;
  #isEnding = false;
  #isOver = false;

  private constructor(folder: string, onNotification: (notification: PgNotification) => void) {
    this.#onNotification = onNotification;
    // As source, or as the JavaScript that is packed.
    const thread = new URL(`pglite-thread${extname(import.meta.filename)}`, import.meta.url);
    this.#thread = new Worker(thread, { workerData: { folder } });
    this.#thread.on('message', (message: ThreadMessage) => this.#hear(message));
    let cause: Error | null = null;
    this.#thread.on('error', (error) => {
      cause = error as Error;
    });
    this.ended = new Promise((resolve) => {
      this.#thread.on('exit', () => {
        this.#isOver = true;
        const why = cause ?? (this.#isEnding ? null : new Error('its thread ended'));
        this.#ready.reject(why ?? new SessionEnded());
        for (const { reject } of this.#waiting.values()) reject(new SessionEnded());
        this.#waiting.clear();
        resolve(why);
      });
    });
  }

  /** Opens the database of a folder, or makes one where none is. Rejects when it will not open. */
  static async open(
    folder: string,
    onNotification: (notification: PgNotification) => void = () => {},
  ): Promise<PgliteSession> {
    const session = new PgliteSession(folder, onNotification);
    await session.#ready.promise;
    return session;
  }

  /** Any number of statements without parameters, or one with. Rejects with `QueryRefused` or `SessionEnded`. */
  query<R>(text: string, params: readonly unknown[] = []): Promise<PgQueryResult<R>> {
    if (this.#isOver) return Promise.reject(new SessionEnded());
    const message: QueryMessage = { id: ++this.#last, text, params: params.map((value) => value ?? null) };
    return new Promise((resolve, reject) => {
      this.#waiting.set(message.id, { resolve, reject });
      this.#thread.postMessage(message, []);
    });
  }

  /** Closes the database. A database that does not close in time is left as it is: nothing in it is needed again. */
  async end(): Promise<void> {
    this.#isEnding = true;
    if (!this.#isOver) this.#thread.postMessage('close', []);
    const late = setTimeout(() => void this.#thread.terminate(), 5_000);
    await this.ended;
    clearTimeout(late);
  }

  /** Ends the thread as a crash would. */
  async kill(): Promise<void> {
    await this.#thread.terminate();
    await this.ended;
  }

  #hear(message: ThreadMessage): void {
    switch (message.kind) {
      case 'ready':
        this.#ready.resolve();
        break;
      case 'unusable':
        this.#ready.reject(new Error(message.message));
        break;
      case 'notification':
        this.#onNotification({ channel: message.channel, payload: message.payload });
        break;
      case 'answer':
        this.#taken(message.id)?.resolve({ rows: message.rows as never[], rowCount: message.rowCount });
        break;
      case 'refusal':
        this.#taken(message.id)?.reject(new QueryRefused(message.message, message.code));
        break;
    }
  }

  #taken(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting;
  }
}
