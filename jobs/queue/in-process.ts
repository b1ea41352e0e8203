import type { HostName, JobId } from '../../policies/model.ts';
import { reason } from '../files.ts';
import type { Queue, QueuedJob } from '../queue.ts';
import { QueueStopped, type QueueOptions } from './bullmq.ts';

/** A job that waits or runs. */
interface Tracked {
  readonly queued: QueuedJob;
  readonly abort: AbortController;
  run: Promise<void> | null;
  again: boolean;
}

/**
 * The queue without BullMQ, for the seeded simulation alone: no timers, no threads, first come first served per host, so the
 * same inputs hand out the same jobs in the same order. It forgets everything with the process.
 */
export class InProcessQueue implements Queue {
  readonly #concurrency: number;
  readonly #onProblem: (sentence: string) => void;
  readonly #jobs = new Map<JobId, Tracked>();
  readonly #waiting = new Map<HostName, Tracked[]>();
  readonly #running = new Map<HostName, number>();
  #run: ((id: JobId, signal: AbortSignal) => Promise<void>) | null = null;
  #stopped = false;

  constructor({
    concurrency = 2,
    onProblem = () => {},
  }: Pick<QueueOptions, 'concurrency' | 'onProblem'> = {}) {
    this.#concurrency = concurrency;
    this.#onProblem = onProblem;
  }

  async start(run: (id: JobId, signal: AbortSignal) => Promise<void>): Promise<void> {
    this.#run = run;
  }

  async add(jobs: readonly QueuedJob[]): Promise<void> {
    if (this.#stopped) throw new QueueStopped();
    for (const queued of jobs) {
      const known = this.#jobs.get(queued.id);
      if (known) {
        known.again ||= known.run !== null;
        continue;
      }
      const tracked: Tracked = { queued, abort: new AbortController(), run: null, again: false };
      this.#jobs.set(queued.id, tracked);
      const waiting = this.#waiting.get(queued.job.host);
      if (waiting) waiting.push(tracked);
      else this.#waiting.set(queued.job.host, [tracked]);
    }
    for (const host of new Set(jobs.map(({ job }) => job.host))) this.#handOut(host);
  }

  health(): string {
    return this.#stopped ? 'stopped' : 'in process';
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    const running = [...this.#jobs.values()].filter(({ run }) => run !== null);
    for (const { abort } of running) abort.abort(new QueueStopped());
    await Promise.all(running.map(async ({ run }) => run));
  }

  #handOut(host: HostName): void {
    const waiting = this.#waiting.get(host) ?? [];
    let running = this.#running.get(host) ?? 0;
    while (!this.#stopped && running < this.#concurrency) {
      const next = waiting.shift();
      if (!next) break;
      running++;
      this.#running.set(host, running);
      next.run = this.#toItsEnd(next, host);
    }
  }

  async #toItsEnd(tracked: Tracked, host: HostName): Promise<void> {
    const { id } = tracked.queued;
    // As with BullMQ, `add` has returned before the job begins.
    await Promise.resolve();
    let ended = true;
    try {
      await this.#run?.(id, tracked.abort.signal);
    } catch (error) {
      ended = false;
      if (!this.#stopped)
        this.#onProblem(`${id} did not end (${reason(error)}); it stays unfinished until it is queued again`);
    }
    this.#jobs.delete(id);
    this.#running.set(host, (this.#running.get(host) ?? 1) - 1);
    if (this.#stopped) return;
    if (tracked.again && !ended) await this.add([tracked.queued]);
    this.#handOut(host);
  }
}
