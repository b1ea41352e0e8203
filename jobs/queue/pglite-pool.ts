import { EventEmitter } from 'node:events';
import type { PgNotification, PgPool, PgPoolClient, PgQueryResult } from 'bullmq';
import { SessionEnded, type PgliteSession } from './pglite-session.ts';

/**
 * PGlite in the shape of a `pg.Pool`, which is what BullMQ's PostgreSQL backend takes. All its clients share the one session
 * that PGlite has: BullMQ sends single statements, migrations apart. When a session dies, queries wait for the next one and are
 * asked there: it begins empty, so none of them can take effect twice.
 */
export class PglitePool extends EventEmitter implements PgPool {
  /** BullMQ asks whether it would notice a lost connection; there is none to lose. */
  readonly options = { keepAlive: true };
  readonly #clients = new Set<PgliteClient>();
  #session: PgliteSession | null = null;
  #next = Promise.withResolvers<PgliteSession>();
  #isClosed = false;

  constructor() {
    super();
    // One listener for each of BullMQ's objects.
    this.setMaxListeners(0);
  }

  /** Sends queries to this session from now on. */
  use(session: PgliteSession): void {
    this.#session = session;
    this.#next.resolve(session);
  }

  /** Queries are not asked again from now on. */
  close(): void {
    this.#isClosed = true;
    this.#next.reject(new SessionEnded());
    this.#next.promise.catch(() => {});
  }

  notify(notification: PgNotification): void {
    for (const client of this.#clients) client.notify(notification);
  }

  connect(): Promise<PgPoolClient> {
    const client = new PgliteClient(this, () => this.#clients.delete(client));
    this.#clients.add(client);
    return Promise.resolve(client);
  }

  async query<R>(text: string, params?: readonly unknown[]): Promise<PgQueryResult<R>> {
    for (;;) {
      const session = this.#session ?? (await this.#next.promise);
      try {
        return await session.query<R>(text, params);
      } catch (error) {
        if (!(error instanceof SessionEnded) || this.#isClosed) throw error;
        if (this.#session === session) {
          this.#session = null;
          this.#next = Promise.withResolvers();
        }
      }
    }
  }

  /** BullMQ ends only pools of its own. */
  end(): Promise<void> {
    return Promise.resolve();
  }
}

/** A client of the pool. BullMQ listens on it only while it waits, so what comes in between is kept for the next time. */
class PgliteClient extends EventEmitter implements PgPoolClient {
  readonly connection = { stream: { setKeepAlive: (): void => {} } };
  readonly #pool: PglitePool;
  readonly #release: () => void;
  readonly #missed = new Map<string, PgNotification>();

  constructor(pool: PglitePool, release: () => void) {
    super();
    this.#pool = pool;
    this.#release = release;
    this.on('newListener', (event) => {
      if (event === 'notification') setImmediate(() => this.#tellMissed());
    });
  }

  query<R>(text: string, params?: readonly unknown[]): Promise<PgQueryResult<R>> {
    return this.#pool.query<R>(text, params);
  }

  release(): void {
    this.#release();
  }

  notify(notification: PgNotification): void {
    if (this.emit('notification', notification)) return;
    this.#missed.set(`${notification.channel} ${notification.payload}`, notification);
  }

  /** A wake-up too many is harmless: BullMQ looks, and waits again. */
  #tellMissed(): void {
    const missed = [...this.#missed.values()];
    this.#missed.clear();
    for (const notification of missed) this.notify(notification);
  }
}
