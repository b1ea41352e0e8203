import type { HostName, ImageName, Instant, JobId, MachineId, MachineName, Mib } from './model.ts';

/** What a job needs to know of its machine, fixed when the job was decided. */
export interface MachineSpec {
  readonly machine: MachineId;
  readonly name: MachineName;
  readonly image: ImageName;
  readonly cores: number;
  readonly memory: Mib;
}

/** A whole task for a host. It waits in its host's queue; `host` is where it runs, for a migration the source. */
export type Job =
  | ({ readonly kind: 'clone'; readonly host: HostName } & MachineSpec)
  | { readonly kind: 'start'; readonly host: HostName; readonly machine: MachineId }
  | { readonly kind: 'stop'; readonly host: HostName; readonly machine: MachineId }
  | { readonly kind: 'restart'; readonly host: HostName; readonly machine: MachineId }
  | { readonly kind: 'migrate'; readonly host: HostName; readonly machine: MachineId; readonly to: HostName }
  /** Deletes the machine and its disk: only after the hold. */
  | { readonly kind: 'purge'; readonly host: HostName; readonly machine: MachineId }
  | { readonly kind: 'power-on'; readonly host: HostName }
  | { readonly kind: 'power-off'; readonly host: HostName };

export type JobKind = Job['kind'];

/** The steps of a job, in order, as people read them in the progress message. */
export type StepName =
  | 'create-differencing-disk'
  | 'define-machine'
  | 'seed-machine'
  | 'start-machine'
  | 'await-address'
  | 'stop-machine'
  | 'restart-machine'
  | 'migrate-machine'
  | 'remove-machine'
  | 'delete-disk'
  | 'power-on-host'
  | 'await-host'
  | 'power-off-host';

/** A job as the state remembers it until it has ended. */
export interface JobRecord {
  readonly id: JobId;
  readonly job: Job;
  /** `waiting` behind another job of the same machine or host; `queued` from when it is handed to the queue. */
  readonly phase: 'waiting' | 'queued';
  /** When it came into this phase. */
  readonly since: Instant;
  /** Steps done so far. */
  readonly done: readonly StepName[];
}
