import { setTimeout as delay } from 'node:timers/promises';
import {
  Queue as BullQueue,
  Worker,
  type BackendFactory,
  type ConnectionOptions,
  type IQueueBackend,
} from 'bullmq';
import type { HostName, JobId } from '../../policies/model.ts';
import { reason } from '../files.ts';
import type { Queue, QueuedJob } from '../queue.ts';

/** Where BullMQ keeps its jobs: PostgreSQL inside the process, or a Redis server. */
export interface Store {
  /**
   * Opens it and empties it. Waits while it is away; rejects with the signal's reason. `onBack` is called whenever it was away
   * and is there again, perhaps without what it held.
   */
  open(onBack: () => void, signal: AbortSignal): Promise<StoreAccess>;
  /** For operators, in words. */
  health(): string;
  /** While it is away it has said so itself, and what every worker says of it is left unsaid. */
  isAway(): boolean;
  /** Lets go of it. What still waits for an answer is rejected. */
  close(): Promise<void>;
}

/** How BullMQ's classes reach a store that is open. */
export interface StoreAccess {
  readonly connection: ConnectionOptions;
  readonly backend: BackendFactory;
  /** The Redis key prefix. */
  readonly prefix?: string;
  /** How long an idle worker sleeps when nobody wakes it, in seconds. */
  readonly pollSeconds: number;
}

export interface QueueOptions {
  /** Told in a sentence what went wrong and was survived. */
  readonly onProblem?: (sentence: string) => void;
  /** Jobs of one host at a time; 2 unless told. */
  readonly concurrency?: number;
  /** After how long without a job the worker of a host is let go; ten minutes unless told. */
  readonly idleMs?: number;
  /** How long `stop` waits for runs that saw their signal; ten seconds unless told. The journal has them as unfinished. */
  readonly graceMs?: number;
}

/** Why a signal was aborted or an `add` rejected: the process ends. The job is handed over again at the next start. */
export class QueueStopped extends Error {
  override readonly name = 'QueueStopped';
  constructor() {
    super('the queue has stopped; its jobs go on at the next start');
  }
}

/** A job between `add` and the moment BullMQ has forgotten it. */
interface Tracked {
  readonly queued: QueuedJob;
  readonly abort: AbortController;
  /** From the moment it is handed out. */
  run: Promise<void> | null;
  /** The run was rejected: the job has not ended in the state. */
  rejected: boolean;
  /** It was added again while it ran. */
  again: boolean;
}

/** One host's queue and its worker. */
interface Lane {
  readonly queue: BullQueue<object, void, string, object, void, string, IQueueBackend>;
  readonly worker: Worker<object, void, string, IQueueBackend>;
  /** The adds of this host, one behind the other, so that a retry cannot change their order. */
  adding: Promise<void>;
  /** Jobs that are not forgotten yet. */
  jobs: number;
  idle: NodeJS.Timeout | null;
}

const concurrencyDefault = 2;
const idleMsDefault = 10 * 60_000;
const graceMsDefault = 10_000;
const retryMs = 1_000;
const closeMs = 1_000;
/** Nobody else takes our jobs, so a lock says nothing. It is long, to be renewed seldom. */
const lockMs = 60_000;
const stalledMaxForEver = 1_000_000;

/**
 * The queue on BullMQ: one BullMQ queue and one worker per host, made when the host gets its first job.
 *
 * The process that owns the data folder is the only one that adds and takes, so its own list of jobs decides what BullMQ's
 * locks decide elsewhere: a job runs once at a time whatever the store forgets, repeats or hands out twice. A store that comes
 * back is given every job of the list again; it drops those that it still has. Retries belong to the runner: a job that BullMQ
 * hands out always ends there.
 */
export class BullmqQueue implements Queue {
  readonly #store: Store;
  readonly #options: Required<QueueOptions>;
  readonly #jobs = new Map<JobId, Tracked>();
  readonly #lanes = new Map<HostName, Lane>();
  readonly #closing = new Set<Promise<void>>();
  readonly #stop = new AbortController();
  #access: StoreAccess | null = null;
  #run: ((id: JobId, signal: AbortSignal) => Promise<void>) | null = null;

  constructor(store: Store, options: QueueOptions = {}) {
    this.#store = store;
    this.#options = {
      onProblem: options.onProblem ?? (() => {}),
      concurrency: options.concurrency ?? concurrencyDefault,
      idleMs: options.idleMs ?? idleMsDefault,
      graceMs: options.graceMs ?? graceMsDefault,
    };
  }

  async start(run: (id: JobId, signal: AbortSignal) => Promise<void>): Promise<void> {
    this.#run = run;
    this.#access = await this.#store.open(() => this.#giveAgain(), this.#stop.signal);
  }

  async add(jobs: readonly QueuedJob[]): Promise<void> {
    this.#stop.signal.throwIfAborted();
    const given: QueuedJob[] = [];
    for (const queued of jobs) {
      const known = this.#jobs.get(queued.id);
      if (known?.run) {
        known.again = true;
        continue;
      }
      if (!known) this.#track(queued);
      given.push(queued);
    }
    await this.#give(given);
  }

  health(): string {
    return this.#stop.signal.aborted ? 'stopped' : this.#store.health();
  }

  async stop(): Promise<void> {
    this.#stop.abort(new QueueStopped());
    for (const { abort } of this.#jobs.values()) abort.abort(this.#stop.signal.reason);
    // What is handed out from now on is given back unrun, so the workers can stay until the runs have ended.
    const runs = Promise.all([...this.#jobs.values()].map(async ({ run }) => run));
    await atMost(this.#options.graceMs, runs);
    for (const host of this.#lanes.keys()) this.#closeLane(host);
    const closed = Promise.all(this.#closing);
    await atMost(closeMs, closed);
    await this.#store.close();
    await atMost(closeMs, closed);
  }

  #track(queued: QueuedJob): void {
    this.#jobs.set(queued.id, {
      queued,
      abort: new AbortController(),
      run: null,
      rejected: false,
      again: false,
    });
    const lane = this.#lane(queued.job.host);
    lane.jobs++;
    if (lane.idle) clearTimeout(lane.idle);
    lane.idle = null;
  }

  /** Every host's jobs are on their way before anything is awaited, so two adds keep their order. */
  async #give(jobs: readonly QueuedJob[]): Promise<void> {
    const byHost = Map.groupBy(jobs, ({ job }) => job.host);
    await Promise.all(
      [...byHost].map(([host, ofHost]) => {
        const lane = this.#lane(host);
        const added = this.#putAfter(lane.adding, lane, ofHost);
        // Whoever added hears of a failure; those behind it go on.
        lane.adding = added.catch(() => {});
        return added;
      }),
    );
  }

  async #putAfter(before: Promise<void>, lane: Lane, jobs: readonly QueuedJob[]): Promise<void> {
    await before;
    let said = false;
    for (;;) {
      this.#stop.signal.throwIfAborted();
      try {
        const bulk = jobs.map(({ id, job }) => ({ name: job.kind, data: {}, opts: { jobId: id } }));
        await orAborted(lane.queue.addBulk(bulk), this.#stop.signal);
        return;
      } catch (error) {
        this.#stop.signal.throwIfAborted();
        if (!said)
          this.#options.onProblem(`jobs could not be queued (${reason(error)}); trying again until it works`);
        said = true;
        await delay(retryMs, undefined, { signal: this.#stop.signal });
      }
    }
  }

  /** The store was away and may have forgotten jobs. Those that run are given too: they are what it will ask about. */
  #giveAgain(): void {
    this.#give([...this.#jobs.values()].map(({ queued }) => queued)).catch((error: unknown) => {
      if (!this.#stop.signal.aborted)
        this.#options.onProblem(`jobs could not be queued again (${reason(error)})`);
    });
  }

  #lane(host: HostName): Lane {
    const known = this.#lanes.get(host);
    if (known) return known;
    if (!this.#access) throw new Error('a job was added before the queue was started');
    const { connection, backend, prefix, pollSeconds } = this.#access;
    // BullMQ refuses colons in names.
    const name = `hv-${encodeURIComponent(host)}`;
    const common = { connection, ...(prefix === undefined ? {} : { prefix }) };
    const queue: Lane['queue'] = new BullQueue(
      name,
      { ...common, defaultJobOptions: { attempts: 1, removeOnComplete: true, removeOnFail: true } },
      backend,
    );
    const worker: Lane['worker'] = new Worker(
      name,
      ({ id }) => this.#handedOut(id as JobId),
      {
        ...common,
        concurrency: this.#options.concurrency,
        drainDelay: pollSeconds,
        lockDuration: lockMs,
        stalledInterval: lockMs,
        maxStalledCount: stalledMaxForEver,
        runRetryDelay: retryMs,
      },
      backend,
    );
    const lane: Lane = { queue, worker, adding: Promise.resolve(), jobs: 0, idle: null };
    worker.on('completed', ({ id }) => this.#forget(id as JobId, lane));
    const onError = problems(name, (sentence) => {
      if (!this.#stop.signal.aborted && !this.#store.isAway()) this.#options.onProblem(sentence);
    });
    worker.on('error', onError);
    queue.on('error', onError);
    this.#lanes.set(host, lane);
    return lane;
  }

  /** Never rejects. A job that this process does not know has ended already, and one that runs is waited for. */
  async #handedOut(id: JobId): Promise<void> {
    const tracked = this.#jobs.get(id);
    if (!tracked || this.#stop.signal.aborted) return;
    tracked.run ??= this.#toItsEnd(tracked);
    await tracked.run;
  }

  async #toItsEnd(tracked: Tracked): Promise<void> {
    const { id } = tracked.queued;
    try {
      await this.#run?.(id, tracked.abort.signal);
    } catch (error) {
      tracked.rejected = true;
      if (!this.#stop.signal.aborted) {
        this.#options.onProblem(
          `${id} did not end (${reason(error)}); it stays unfinished until it is queued again`,
        );
      }
    }
  }

  /** BullMQ has removed the job: only now can its id be added again, for before BullMQ would take it for the old one. */
  #forget(id: JobId, lane: Lane): void {
    const tracked = this.#jobs.get(id);
    if (!tracked?.run || this.#stop.signal.aborted) return;
    this.#jobs.delete(id);
    lane.jobs--;
    if (lane.jobs === 0) {
      lane.idle = setTimeout(() => this.#closeLane(tracked.queued.job.host), this.#options.idleMs).unref();
    }
    if (tracked.again && tracked.rejected) {
      this.add([tracked.queued]).catch((error: unknown) => {
        if (!this.#stop.signal.aborted)
          this.#options.onProblem(`${id} could not be queued again (${reason(error)})`);
      });
    }
  }

  #closeLane(host: HostName): void {
    const lane = this.#lanes.get(host);
    if (!lane) return;
    this.#lanes.delete(host);
    if (lane.idle) clearTimeout(lane.idle);
    const closed = this.#closed(host, lane);
    this.#closing.add(closed);
    void closed.finally(() => this.#closing.delete(closed));
  }

  /** Never rejects. A worker waits for its store before it closes, unless it is forced. */
  async #closed(host: HostName, lane: Lane): Promise<void> {
    try {
      await Promise.all([lane.worker.close(this.#store.isAway()), lane.queue.close()]);
    } catch (error) {
      if (!this.#stop.signal.aborted)
        this.#options.onProblem(`the worker of ${host} did not close (${reason(error)})`);
    }
  }
}

/** Turns a worker's errors into sentences. The same one may come every second: it is said once, then every minute. */
function problems(name: string, say: (sentence: string) => void): (error: Error) => void {
  let last = '';
  let saidAt = -Infinity;
  return (error) => {
    const what = reason(error);
    const sentence = /^Missing (lock|key) for job/.test(what)
      ? `${name}: the store had forgotten a job that ran on to its end, nothing is lost (${what})`
      : `${name}: ${what}`;
    const now = performance.now();
    if (sentence === last && now - saidAt < 60_000) return;
    last = sentence;
    saidAt = now;
    say(sentence);
  };
}

/** The promise, or the signal's reason when that comes first: a store that is away may leave a question unanswered for ever. */
export async function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const give = (): void => aborted.reject(signal.reason);
  signal.addEventListener('abort', give, { once: true });
  try {
    signal.throwIfAborted();
    return await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', give);
  }
}

/** Waits, but not for ever. */
async function atMost(ms: number, promise: Promise<unknown>): Promise<void> {
  const over = new AbortController();
  await Promise.race([promise, delay(ms, undefined, { signal: over.signal }).catch(() => {})]);
  over.abort();
}
