import { EventEmitter } from 'node:events';
import type { PgNotification, PgPool, PgPoolClient, PgQueryResult } from 'bullmq';
import type { PgliteSession } from './pglite-session.ts';

/**
 * PGlite in the shape of a `pg.Pool`, which is what BullMQ's PostgreSQL backend takes. All its clients share the one session
 * that PGlite has: BullMQ sends single statements, migrations apart. While a session that died is replaced, queries wait.
 */
export class PglitePool extends EventEmitter implements PgPool {
  /** BullMQ asks whether it would notice a lost connection; there is none to lose. */
  readonly options = { keepAlive: true };
  readonly #clients = new Set<PgliteClient>();
  #session = Promise.withResolvers<PgliteSession>();

  constructor() {
    super();
    // One listener for each of BullMQ's objects.
    this.setMaxListeners(0);
  }

  /** Sends queries to this session from now on. */
  use(session: PgliteSession): void {
    this.#session.resolve(session);
  }

  /** Lets queries wait for the next session. */
  hold(): void {
    this.#session = Promise.withResolvers();
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
    const session = await this.#session.promise;
    return session.query<R>(text, params);
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
