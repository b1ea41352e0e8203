import { createRedisBackend } from 'bullmq';
import { Redis } from 'ioredis';
import { reason } from '../files.ts';
import { BullmqQueue, orAborted, type QueueOptions, type Store, type StoreAccess } from './bullmq.ts';

export interface RedisQueueOptions extends QueueOptions {
  /** `redis://host:6379`, `rediss://…`, or the path of a unix socket. */
  readonly url: string;
  /** Of the data folder: our keys are `octopus:<installation>:…`, and no other keys are touched. */
  readonly installation: string;
}

/** The queue on a Redis server, for those who have one. It may go away and come back at any time, with or without its data. */
export class RedisQueue extends BullmqQueue {
  constructor(options: RedisQueueOptions) {
    super(new RedisStore(options), options);
  }
}

/** BullMQ's own default: blocked longer, a command may hang on a connection that was lost. */
const pollSeconds = 5;
const reconnectMsMax = 2_000;
/** How long a connection may take to say goodbye before the process can end. */
const disconnectMs = 200;
const scanCount = 1_000;

class RedisStore implements Store {
  readonly #options: RedisQueueOptions;
  readonly #prefix: string;
  #redis: Redis | null = null;
  #awaySince: Date | null = new Date();
  #lastError = '';
  #isClosed = false;

  constructor(options: RedisQueueOptions) {
    this.#options = options;
    this.#prefix = `octopus:${options.installation}`;
  }

  async open(onBack: () => void, signal: AbortSignal): Promise<StoreAccess> {
    const redis = new Redis(checked(this.#options.url), {
      // For ever: a command waits until Redis is there again. BullMQ's copies of the connection end with the queue.
      maxRetriesPerRequest: null,
      disconnectTimeout: disconnectMs,
      retryStrategy: (times) => (this.#isClosed ? null : Math.min(50 * 2 ** times, reconnectMsMax)),
    });
    this.#redis = redis;
    redis.on('error', (error) => {
      this.#lastError = reason(error);
    });
    redis.on('close', () => this.#isAway());
    let isEmptied = false;
    redis.on('ready', () => {
      this.#isBack();
      if (isEmptied) onBack();
    });
    try {
      await orAborted(this.#empty(redis), signal);
    } catch (error) {
      await this.close();
      signal.throwIfAborted();
      throw new RedisUnusable(
        `Redis at ${place(this.#options.url)} refuses us (${reason(error)}). Check REDIS_URL.`,
        {
          cause: error,
        },
      );
    }
    isEmptied = true;
    return { connection: redis, backend: createRedisBackend, prefix: this.#prefix, pollSeconds };
  }

  health(): string {
    if (!this.#awaySince) return 'redis';
    const why = this.#lastError === '' ? '' : ` (${this.#lastError})`;
    return `redis: reconnecting since ${this.#awaySince.toISOString()}${why}`;
  }

  isAway(): boolean {
    return this.#awaySince !== null;
  }

  close(): Promise<void> {
    this.#isClosed = true;
    this.#redis?.disconnect();
    return Promise.resolve();
  }

  #isAway(): void {
    if (this.#awaySince || this.#isClosed) return;
    this.#awaySince = new Date();
    this.#options.onProblem?.('Redis is away; running jobs go on, and new ones are queued when it is back');
  }

  #isBack(): void {
    if (this.#lastError !== '') this.#options.onProblem?.('Redis is back');
    this.#awaySince = null;
    this.#lastError = '';
  }

  /** Removes every key of this installation: whoever owns the data folder adds again what is unfinished. */
  async #empty(redis: Redis): Promise<void> {
    let cursor = '0';
    do {
      const [next, keys] = await redis.scan(cursor, 'MATCH', `${this.#prefix}:*`, 'COUNT', scanCount);
      if (keys.length > 0) await redis.unlink(...keys);
      cursor = next;
    } while (cursor !== '0');
  }
}

/** REDIS_URL, or what is behind it, does not do. The message says what to look at. */
export class RedisUnusable extends Error {
  override readonly name = 'RedisUnusable';
}

/** Throws for what ioredis would take for the name of a socket. */
function checked(url: string): string {
  if (!/^(rediss?:\/\/|\/)/.test(url)) {
    throw new RedisUnusable(
      "REDIS_URL begins with redis://, rediss:// or the / of a socket's path, and this does not",
    );
  }
  return url;
}

/** Where that is, without the password. */
function place(url: string): string {
  return url.startsWith('/') ? url : new URL(url).host;
}
