import type { Event, Notice } from './event.ts';
import { foldInto } from './fold.ts';
import type { JobRecord } from './job.ts';
import type {
  CommandId,
  Host,
  HostName,
  Image,
  ImageName,
  Instant,
  JobId,
  Lease,
  LeaseId,
  Machine,
  MachineId,
  NoticeId,
  Person,
  PolicyFile,
  UserId,
} from './model.ts';
import { Changes, Table } from './table.ts';
import { Timers, type Timer } from './timer.ts';

/** A set of policy files that was active, or is. */
export interface PolicyVersion {
  readonly number: number;
  readonly files: readonly PolicyFile[];
  /** Null: the files that the program came with. */
  readonly author: UserId | null;
  readonly at: Instant;
  readonly note: string;
}

/** Something that happened to a lease, a host or a person, kept for `why`. */
export interface Remark {
  /** The journal entry that tells it all. */
  readonly entry: number;
  readonly at: Instant;
  readonly event: Event;
}

/** What happened to one subject, newest last, and the name that people knew it by. */
export interface History {
  readonly name: string;
  readonly remarks: readonly Remark[];
}

/** An accepted command, so that its repetition is answered and not done again. */
export interface Accepted {
  readonly entry: number;
  readonly by: UserId;
  readonly at: Instant;
}

type Counter = 'entry' | 'at' | 'lease' | 'policy' | 'policy-last';

/**
 * Everything there is, as folded from the journal: one table an entity. The loop owns the only one; everybody else reads.
 * `fold` changes it, and what it changed can be taken back until `settle`.
 */
export class State {
  readonly changes = new Changes();
  readonly persons = new Table<UserId, Person>('person', this.changes);
  readonly hosts = new Table<HostName, Host>('host', this.changes);
  readonly images = new Table<ImageName, Image>('image', this.changes);
  readonly machines = new Table<MachineId, Machine>('machine', this.changes);
  /** Machines by what people call them. */
  readonly names = new Table<string, MachineId>('name', this.changes);
  readonly leases = new Table<LeaseId, Lease>('lease', this.changes);
  readonly jobs = new Table<JobId, JobRecord>('job', this.changes);
  readonly timers = new Timers(this.changes);
  readonly notices = new Table<NoticeId, Notice>('notice', this.changes);
  readonly commands = new Table<CommandId, Accepted>('command', this.changes);
  readonly histories = new Table<string, History>('history', this.changes);
  readonly policies = new Table<string, PolicyVersion>('policy', this.changes);
  /** `entry`: the last journal entry folded; `at`: its instant; `policy`: the active version; `lease`, `policy-last`: last numbers given. */
  readonly counters = new Table<Counter, number>('counter', this.changes);
  /** Under the one key `line`: machines that wait for a host and are not promised one, first come first. */
  readonly waiting = new Table<'line', readonly MachineId[]>('waiting', this.changes);

  count(name: Counter): number {
    return this.counters.get(name) ?? 0;
  }

  /** The policy version that is active; undefined before the first start has been folded. */
  get policy(): PolicyVersion | undefined {
    return this.policies.get(String(this.count('policy')));
  }

  /** The earliest timer that has not rung. */
  nextTimer(): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of this.timers.values())
      if (!timer.rang && (next === undefined || timer.at < next.at)) next = timer;
    return next;
  }

  /** The machine that its holder calls so, as long as it exists. */
  machineNamed(name: string): Machine | undefined {
    const id = this.names.get(name);
    return id === undefined ? undefined : this.machines.get(id);
  }

  /** Jobs of a machine that have not ended, oldest first. */
  jobsOf(machine: MachineId): readonly JobRecord[] {
    return [...this.jobs.values()].filter(({ job }) => 'machine' in job && job.machine === machine);
  }

  fold(event: Event, at: Instant, entry: number): void {
    foldInto(this, event, at, entry);
  }

  /** All tables as plain data, for the snapshot and for comparison. */
  toJSON(): StateData {
    return Object.fromEntries(this.#tables().map((table) => [table.name, [...table.entries()]]));
  }

  static from(data: StateData): State {
    const state = new State();
    for (const table of state.#tables())
      for (const [key, value] of data[table.name] ?? []) table.set(key, value);
    state.changes.settle();
    return state;
  }

  #tables(): readonly Table<string, unknown>[] {
    return [
      this.persons,
      this.hosts,
      this.images,
      this.machines,
      this.names,
      this.leases,
      this.jobs,
      this.timers,
      this.notices,
      this.commands,
      this.histories,
      this.policies,
      this.counters,
      this.waiting,
    ];
  }
}

/** The state as JSON: entries by table. */
export type StateData = Readonly<Record<string, readonly (readonly [string, unknown])[]>>;
