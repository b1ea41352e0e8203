// The nouns of the private cloud: what exists, how it is named, in which units it is counted.

declare const brand: unique symbol;
/** A string that cannot stand where another kind of name belongs. */
export type Brand<Base, Name extends string> = Base & { readonly [brand]: Name };

/** One person, whatever platform they write from; lower case, as `octopus.yaml` maps them. */
export type UserId = Brand<string, 'UserId'>;
/** A Hyper-V host's name. */
export type HostName = Brand<string, 'HostName'>;
/** An image that machines are made from, `ubuntu-24.04` for example. */
export type ImageName = Brand<string, 'ImageName'>;
/** A machine's name as its holder says it, `build-box`; unique among machines that exist, never used as a path. */
export type MachineName = Brand<string, 'MachineName'>;
/** `m-17`: never used twice; the machine's folder and tag on its host are made of it. */
export type MachineId = Brand<string, 'MachineId'>;
/** `lease-17`. */
export type LeaseId = Brand<string, 'LeaseId'>;
/** `job-<journal number>-<index>`. */
export type JobId = Brand<string, 'JobId'>;
/** A command's identity: the same delivery, or the same button's nonce, is the same command. */
export type CommandId = Brand<string, 'CommandId'>;
/** `notice-<journal number>-<index>`: something that a person is to be told. */
export type NoticeId = Brand<string, 'NoticeId'>;

/** Seconds since 1970-01-01T00:00:00Z; a whole number. */
export type Instant = Brand<number, 'Instant'>;
/** A length of time in whole seconds. */
export type Seconds = number;
/** Memory and disk in whole MiB. */
export type Mib = number;

/** The one owner of time. Real in production, virtual in pipes, tests and forecasts. */
export interface Clock {
  /** The instant it is. */
  now(): Instant;
  /** Resolves when the instant has come; rejects with the signal's reason when it is aborted before. */
  at(instant: Instant, signal?: AbortSignal): Promise<void>;
}

/** What a person may do: researchers act on what they hold, administrators on everything. */
export type Role = 'researcher' | 'admin';

export interface Person {
  readonly id: UserId;
  /** As the platform shows it, for sentences. */
  readonly name: string;
  readonly role: Role;
  /** Totals of what the person's leases hold, kept by the fold. */
  readonly machines: number;
  readonly cores: number;
  readonly memory: Mib;
  /** Where this person alone is reached. */
  readonly direct: Conversation | null;
}

/**
 * `ready` takes machines; `draining` gives its machines away and takes none; `unreachable` does not answer;
 * `off`, `starting` and `stopping` are states of its power.
 */
export type HostStatus = 'ready' | 'draining' | 'unreachable' | 'off' | 'starting' | 'stopping';

export interface Host {
  readonly name: HostName;
  readonly status: HostStatus;
  /** It was draining when it last answered, so it drains when it answers again. */
  readonly drains: boolean;
  /** What an operator or a rule wants its power to be; `off` while draining means: switch off when empty. */
  readonly wanted: 'on' | 'off';
  readonly cores: number;
  readonly memory: Mib;
  /** Cores and memory that machines here, and machines on their way here, take. */
  readonly coresUsed: number;
  readonly memoryUsed: Mib;
  /** Machines here, and on their way here. */
  readonly machines: number;
  /** Cores and memory that waiting machines will take once the host has started. */
  readonly coresPromised: number;
  readonly memoryPromised: Mib;
  /** When it last became empty, switched or ready; rules measure idleness from it. */
  readonly since: Instant;
  /** The newest load sample: processors busy in percent. */
  readonly load: number;
}

export interface Image {
  readonly name: ImageName;
  readonly os: 'linux' | 'windows';
  /** Who logs in after first boot. */
  readonly login: string;
  /** Least memory that it boots in. */
  readonly memoryMin: Mib;
  /** Other names that people use for it, `ubuntu` for `ubuntu-24.04`. */
  readonly aliases: readonly string[];
}

/**
 * A machine's life: `waiting` for a host, `placed` and being made, `running`, `stopped`, `purging` while its disk is
 * being deleted. A machine that is gone is not in the state any more.
 */
export type MachinePhase = 'waiting' | 'placed' | 'running' | 'stopped' | 'purging';

export interface Machine {
  readonly id: MachineId;
  readonly name: MachineName;
  readonly lease: LeaseId;
  readonly image: ImageName;
  readonly cores: number;
  readonly memory: Mib;
  readonly phase: MachinePhase;
  readonly host: HostName | null;
  /** Where a live migration under way takes it; capacity is taken on both hosts until it ends. */
  readonly movingTo: HostName | null;
  /** While `waiting`: the host that is being switched on for it. */
  readonly awaits: HostName | null;
  readonly address: string | null;
  /** A job of it has not ended. */
  readonly busy: boolean;
  /** Hosts that a rule has excluded for it, each for a reason that the trail tells. */
  readonly avoids: readonly HostName[];
}

/**
 * A lease's life: `requested` until the machine first runs, `active`, `held` after its end while the disk is kept,
 * `ended` when everything is gone (then it leaves the state).
 */
export type LeasePhase = 'requested' | 'active' | 'held' | 'ended';

export interface Lease {
  readonly id: LeaseId;
  readonly machine: MachineId;
  readonly holder: UserId;
  readonly coOwners: readonly UserId[];
  readonly phase: LeasePhase;
  /** When it was granted, or last extended: reminders that would lie before it are not sent. */
  readonly since: Instant;
  /** When it ends; while `held`: when the disk is purged. */
  readonly expires: Instant;
}

/** A host as its own inventory tells it. */
export interface HostInventory {
  readonly name: HostName;
  readonly cores: number;
  readonly memory: Mib;
  readonly power: 'on' | 'off';
}

/** One look at a host. */
export interface HostSample {
  readonly name: HostName;
  readonly reachable: boolean;
  readonly power: 'on' | 'off';
  /** Processors busy, in percent. */
  readonly load: number;
}

/**
 * What can go wrong at a hypervisor, by name. `busy`, `unreachable` and `timeout` pass by themselves; `unknown-outcome`
 * says that nobody knows whether the verb took effect: look, never send it again blindly.
 */
export type Fault =
  | 'busy'
  | 'no-room'
  | 'unreachable'
  | 'timeout'
  | 'configuration'
  | 'incompatible'
  | 'base-changed'
  | 'missing'
  | 'conflict'
  | 'unknown-outcome';

/** Where somebody can be told something: the surface's name and an address that only the surface reads (plain JSON text). */
export interface Conversation {
  readonly surface: string;
  readonly address: string;
}

/** A message that a surface has posted and can edit. */
export interface MessageRef extends Conversation {
  readonly message: string;
}

/** One policy file: its base name and its whole text. */
export interface PolicyFile {
  readonly name: string;
  readonly text: string;
}

/** For the end of a `switch` over a closed set: the compiler shows each place that a new variant has to be taught to. */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`);
}
