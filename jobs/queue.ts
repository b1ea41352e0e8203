import type { Job } from '../policies/job.ts';
import type { JobId } from '../policies/model.ts';

/** A job as it is handed to the queue: the id is all that counts, what to do is read from the state. */
export interface QueuedJob {
  readonly id: JobId;
  readonly job: Job;
}

/**
 * Carries jobs from the loop to the runner, one queue per host, so many of a host at a time and no more. It is
 * disposable: whoever owns the data folder empties it at start and adds again what the journal leaves unfinished.
 */
export interface Queue {
  /** Opens and empties it, and begins to hand out jobs. `run` resolves when the job has ended in the state, well or badly. */
  start(run: (id: JobId, signal: AbortSignal) => Promise<void>): Promise<void>;
  /** Adding an id that is already there changes nothing. Resolves when the queue has it. Waits while the queue is away. */
  add(jobs: readonly QueuedJob[]): Promise<void>;
  /** What it does just now, in words for operators: `embedded`, `redis: reconnecting since …`. */
  health(): string;
  /** Stops handing out, lets running jobs see their signal, and closes. */
  stop(): Promise<void>;
}
