import type { Hypervisor, Seed } from '../hyperv/hypervisor.ts';
import type { Job, StepName } from '../policies/job.ts';
import type { Clock, Instant } from '../policies/model.ts';

/** What a step is given to work with. */
export interface StepContext<J extends Job = Job> {
  readonly job: J;
  readonly hypervisor: Hypervisor;
  /** What the guest of a new machine is told. */
  readonly seed: (job: JobOf<'clone'>) => Seed;
  /** For waits that are the step's own work, such as looking again in a second. */
  readonly clock: Clock;
  /** Aborted when the step's deadline has passed, or when the job is to be left for a later run. */
  readonly signal: AbortSignal;
  /** When the job was queued: from then on it was at work, in this run or in one that died. */
  readonly began: Instant;
  /** The state has the step as done: an earlier run has finished it. */
  readonly recorded: boolean;
}

/** What a step learnt that the state should know. */
export interface Found {
  readonly address?: string;
}

/**
 * One resumable action of a job. It can be asked whether it is done already, so a restart in the middle costs nothing;
 * it may run again after an attempt of which nobody knows the outcome; and it can undo itself, whether it ran whole,
 * by half or not at all. Everything rejects with `HypervisorError`, or with the signal's reason.
 */
export interface Step<J extends Job = Job> {
  readonly name: StepName;
  /** How long one attempt may take, looking included. */
  readonly timeoutMs: number;
  /** Attempts that a fault which may pass is given at most; left out: as many as retry.ts gives it. */
  readonly attemptsMax?: number;
  isDone(context: StepContext<J>): Promise<boolean>;
  run(context: StepContext<J>): Promise<void>;
  undo?(context: StepContext<J>): Promise<void>;
  found?(context: StepContext<J>): Promise<Found>;
  /** What people are told when the deadline has passed; left out: that the step took too long. */
  late?(job: J): string;
}

/** A job that is about one machine. */
export type MachineJob = Extract<Job, { readonly machine: unknown }>;
export type JobOf<Kind extends Job['kind']> = Extract<Job, { readonly kind: Kind }>;
