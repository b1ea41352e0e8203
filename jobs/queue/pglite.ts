import { mkdir, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createPostgresBackend, runMigrations } from 'bullmq';
import { reason, writeDurably } from '../files.ts';
import { BullmqQueue, QueueStopped, type QueueOptions, type Store, type StoreAccess } from './bullmq.ts';
import { PglitePool } from './pglite-pool.ts';
import { PgliteSession } from './pglite-session.ts';

export interface PgliteQueueOptions extends QueueOptions {
  /** The queue's own folder, `<data>/queue`. Everything in it may be deleted while nobody runs. */
  readonly folder: string;
  /** Told in a sentence what takes long: making the database at the first start. */
  readonly onProgress?: (sentence: string) => void;
}

/** The queue that needs nothing installed: BullMQ's PostgreSQL backend on PGlite, in a thread of this process. */
export class PgliteQueue extends BullmqQueue {
  readonly #store: PgliteStore;

  constructor(options: PgliteQueueOptions) {
    const store = new PgliteStore(options);
    super(store, options);
    this.#store = store;
  }

  /** Ends the database as a crash of its thread would; it is opened again by itself. For tests. */
  async crash(): Promise<void> {
    await this.#store.crash();
  }
}

/** Notifications wake the workers; this is for one that got lost. */
const pollSeconds = 15;
const retryMs = 5_000;
const { version } = createRequire(import.meta.url)('bullmq/package.json') as { version: string };

class PgliteStore implements Store {
  readonly #options: PgliteQueueOptions;
  readonly #pool = new PglitePool();
  #session: PgliteSession | null = null;
  #awaySince: Date | null = null;
  #isClosed = false;

  constructor(options: PgliteQueueOptions) {
    this.#options = options;
  }

  async open(onBack: () => void): Promise<StoreAccess> {
    await this.#begin(onBack);
    return {
      connection: {},
      backend: (name, given, extra) =>
        createPostgresBackend(name, { ...given, connection: this.#pool }, extra),
      pollSeconds,
    };
  }

  health(): string {
    if (this.#awaySince) return `embedded: starting again since ${this.#awaySince.toISOString()}`;
    return this.#session ? 'embedded' : 'embedded: not started';
  }

  isAway(): boolean {
    return this.#awaySince !== null;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#pool.close();
    await this.#session?.end();
  }

  async crash(): Promise<void> {
    await this.#session?.kill();
  }

  async #begin(onBack: () => void): Promise<void> {
    const session = await this.#opened();
    if (this.#isClosed) {
      await session.end();
      throw new QueueStopped();
    }
    this.#session = session;
    this.#awaySince = null;
    this.#pool.use(session);
    void this.#replaceWhenDead(session, onBack);
  }

  /** Never rejects. */
  async #replaceWhenDead(session: PgliteSession, onBack: () => void): Promise<void> {
    const cause = await session.ended;
    if (this.#isClosed) return;
    this.#awaySince = new Date();
    for (let error: unknown = cause; ;) {
      this.#options.onProblem?.(
        `the embedded queue stopped (${reason(error)}); it is started again and nothing is lost`,
      );
      try {
        await this.#begin(onBack);
        break;
      } catch (again) {
        error = again;
        await delay(retryMs, undefined, { ref: false });
        if (this.#isClosed) return;
      }
    }
    onBack();
  }

  /** A session on an empty queue. A folder that will not do is made again, once. */
  async #opened(): Promise<PgliteSession> {
    await mkdir(this.#options.folder, { recursive: true });
    if (!(await this.#isPrepared())) await this.#prepare();
    try {
      return await this.#emptied();
    } catch (error) {
      this.#options.onProblem?.(
        `the embedded queue's folder would not open (${reason(error)}); it is made again`,
      );
      await this.#prepare();
      return this.#emptied();
    }
  }

  async #emptied(): Promise<PgliteSession> {
    const session = await PgliteSession.open(this.#database, (notification) =>
      this.#pool.notify(notification),
    );
    try {
      await session.query('SET search_path TO bullmq, public; LISTEN bullmq_jobs');
      const { rows } = await session.query<{ tables: string }>(
        `SELECT string_agg(format('%I', tablename), ', ') AS tables
           FROM pg_tables WHERE schemaname = 'bullmq' AND tablename <> 'migration'`,
      );
      await session.query(`TRUNCATE ${rows[0]?.tables}`);
      return session;
    } catch (error) {
      await session.end();
      throw error;
    }
  }

  /** In a thread of its own, since the 400 MB that it takes come back only when that ends. */
  async #prepare(): Promise<void> {
    this.#options.onProgress?.(
      'preparing the embedded queue; this is done once for a data folder and takes some seconds',
    );
    await rm(this.#options.folder, { recursive: true, force: true });
    await mkdir(this.#options.folder, { recursive: true });
    const session = await PgliteSession.open(this.#database);
    try {
      this.#options.onProgress?.('the embedded queue has its database; now its tables');
      await runMigrations(session);
    } finally {
      await session.end();
    }
    await writeDurably(this.#marker, version);
    this.#options.onProgress?.('the embedded queue is prepared');
  }

  /** Written last: a folder without it, or of another BullMQ, is not finished. */
  get #marker(): string {
    return join(this.#options.folder, 'prepared');
  }

  get #database(): string {
    return join(this.#options.folder, 'pglite');
  }

  async #isPrepared(): Promise<boolean> {
    return (await readFile(this.#marker, 'utf8').catch(() => '')) === version;
  }
}
