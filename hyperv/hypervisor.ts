import type {
  Fault,
  HostInventory,
  HostName,
  HostSample,
  Image,
  ImageName,
  Instant,
  MachineId,
  MachineName,
  Mib,
} from '../policies/model.ts';

/** A verb failed: which fault, on which host, in a sentence for people. */
export class HypervisorError extends Error {
  override readonly name = 'HypervisorError';
  readonly fault: Fault;
  constructor(fault: Fault, message: string) {
    super(message);
    this.fault = fault;
  }
}

/** A machine as its host knows it; `machine` is read from our own tag, so machines of others are not seen at all. */
export interface ObservedMachine {
  readonly machine: MachineId;
  readonly name: MachineName;
  readonly cores: number;
  readonly memory: Mib;
  readonly power: 'running' | 'off' | 'moving';
  /** When it was last switched on or reset, from its uptime; null while it is off. */
  readonly upSince: Instant | null;
  /** The first address of the guest, once it has one. */
  readonly address: string | null;
}

/** A differencing disk in our own folder on a host. */
export interface ObservedDisk {
  readonly machine: MachineId;
  readonly image: ImageName;
  /** What the file takes on the host's disk now. */
  readonly size: Mib;
}

/** A saved state of a machine, by the name that people gave it. */
export interface Checkpoint {
  readonly name: string;
  readonly made: Instant;
}

/** A base image as it lies on a host. */
export interface ObservedImage {
  readonly image: ImageName;
  readonly bytes: number;
  readonly readOnly: boolean;
  /** SHA-256 in hex, when it was calculated since the file last changed. */
  readonly hash: string | null;
}

/** What a guest is told at its first boot. */
export interface Seed {
  readonly hostname: string;
  readonly os: 'linux' | 'windows';
  /** Who logs in. */
  readonly login: string;
  /** Public keys for ssh, as they stand in `authorized_keys`. */
  readonly keys: readonly string[];
}

/**
 * What a crash has left in our own folder on a host: a machine there without our tag, a folder of no machine, half a disk,
 * half a move that has arrived, half an image, a machine that Hyper-V has planned for a move and never made.
 */
export interface Leftover {
  readonly kind:
    | 'untagged-machine'
    | 'folder-without-machine'
    | 'half-disk'
    | 'half-move'
    | 'half-image'
    | 'planned-machine';
  /** What cleaning takes: a machine id, an image's name, or Hyper-V's own id. */
  readonly name: string;
  readonly detail: string;
}

export interface MachineDefinition {
  readonly machine: MachineId;
  readonly name: MachineName;
  readonly image: ImageName;
  readonly cores: number;
  readonly memory: Mib;
}

/**
 * The hosts, as we need them. Every verb is safe to repeat: it looks, acts only if the wish does not hold yet, and
 * resolves when it holds. All reject with `HypervisorError`, or with the signal's reason when they are aborted; an
 * aborted verb may still take effect on the host. While it is still at work there, the same verb waits for it, and any
 * other verb on the same machine rejects with `busy`: what is undone is then really undone.
 *
 * `missing` says that what the verb needs is not there: the machine to be started, the disk to be defined on, the
 * image to be cloned. `conflict` says that something else stands where the wish would go, or in its way.
 */
export interface Hypervisor {
  /** All hosts that are configured, on or off. */
  hosts(): Promise<readonly HostInventory[]>;
  /** Images that lie on every host. */
  images(): Promise<readonly Image[]>;
  /** Never rejects: a host that does not answer is a sample that says so. */
  sample(host: HostName, signal?: AbortSignal): Promise<HostSample>;

  listMachines(host: HostName, signal?: AbortSignal): Promise<readonly ObservedMachine[]>;
  listDisks(host: HostName, signal?: AbortSignal): Promise<readonly ObservedDisk[]>;
  /** Undefined: the host answers, and has no such machine. A host that does not answer rejects with `unreachable`. */
  findMachine(host: HostName, machine: MachineId, signal?: AbortSignal): Promise<ObservedMachine | undefined>;
  findDisk(host: HostName, machine: MachineId, signal?: AbortSignal): Promise<ObservedDisk | undefined>;

  createDifferencingDisk(
    host: HostName,
    machine: MachineId,
    image: ImageName,
    signal?: AbortSignal,
  ): Promise<void>;
  /**
   * Deletes only the disk in the machine's own folder. A running machine's rejects with `busy`, that of a machine that is
   * still defined with `conflict`.
   */
  deleteDisk(host: HostName, machine: MachineId, signal?: AbortSignal): Promise<void>;
  /** Defines the machine on its differencing disk, switched off. */
  defineMachine(host: HostName, definition: MachineDefinition, signal?: AbortSignal): Promise<void>;
  /** Gives a machine that is off what its guest reads at its first boot. Another seed than it has replaces that one. */
  seedMachine(host: HostName, machine: MachineId, seed: Seed, signal?: AbortSignal): Promise<void>;
  /**
   * Other processors for a machine that is off, more memory and a larger disk also for one that runs. What is left out
   * stays. A smaller disk, a disk with checkpoints on it, and what a running guest does not take: `conflict`.
   */
  resizeMachine(
    host: HostName,
    machine: MachineId,
    size: { readonly cores?: number; readonly memory?: Mib; readonly disk?: Mib },
    signal?: AbortSignal,
  ): Promise<void>;
  /** Removes the definition; the disk stays. A running machine rejects with `conflict`. */
  removeMachine(host: HostName, machine: MachineId, signal?: AbortSignal): Promise<void>;
  startMachine(host: HostName, machine: MachineId, signal?: AbortSignal): Promise<void>;
  /** Shuts the guest down, and turns the machine off when it does not follow in time. A moving machine: `busy`. */
  stopMachine(host: HostName, machine: MachineId, signal?: AbortSignal): Promise<void>;
  /** Resets a running machine and starts one that is off. The one verb that acts again when it is repeated: see `upSince`. */
  restartMachine(host: HostName, machine: MachineId, signal?: AbortSignal): Promise<void>;
  /** Writes a running machine's memory to disk and switches it off; its next start goes on where it was. */
  saveMachine(host: HostName, machine: MachineId, signal?: AbortSignal): Promise<void>;

  /** Oldest first. */
  listCheckpoints(host: HostName, machine: MachineId, signal?: AbortSignal): Promise<readonly Checkpoint[]>;
  createCheckpoint(host: HostName, machine: MachineId, name: string, signal?: AbortSignal): Promise<void>;
  /** A machine that is not off: `conflict`. No such checkpoint: `missing`. */
  restoreCheckpoint(host: HostName, machine: MachineId, name: string, signal?: AbortSignal): Promise<void>;
  /** Resolves when what it kept is merged into the machine's disk. */
  deleteCheckpoint(host: HostName, machine: MachineId, name: string, signal?: AbortSignal): Promise<void>;

  /**
   * Live migration with the machine's own disk; afterwards the source knows neither. A machine that is off moves as
   * well. Too many migrations at either host: `busy`.
   */
  migrateMachine(host: HostName, machine: MachineId, to: HostName, signal?: AbortSignal): Promise<void>;
  /** Cancels a move that is under way from this host; a machine that does not move is left alone. */
  cancelMigration(host: HostName, machine: MachineId, signal?: AbortSignal): Promise<void>;

  listImages(host: HostName, signal?: AbortSignal): Promise<readonly ObservedImage[]>;
  /** The SHA-256 of an image, which takes minutes when it is not known. */
  hashImage(host: HostName, image: ImageName, signal?: AbortSignal): Promise<string>;
  /**
   * Copies an image to another host, where it is taken into use when its bytes are the same. Other bytes under its name
   * there: `base-changed`.
   */
  copyImage(host: HostName, image: ImageName, to: HostName, signal?: AbortSignal): Promise<void>;

  listLeftovers(host: HostName, signal?: AbortSignal): Promise<readonly Leftover[]>;
  /** Deletes one leftover, after looking again that it still is one: `conflict` when it is in use. */
  cleanLeftover(host: HostName, leftover: Leftover, signal?: AbortSignal): Promise<void>;

  /** Resolves when power is off. A host with running machines rejects with `conflict`. */
  powerOff(host: HostName, signal?: AbortSignal): Promise<void>;
  /** Resolves when power is on; the host answers only after it has booted. */
  powerOn(host: HostName, signal?: AbortSignal): Promise<void>;
}
