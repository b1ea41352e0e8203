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
  /** Removes the definition; the disk stays. A running machine rejects with `conflict`. */
  removeMachine(host: HostName, machine: MachineId, signal?: AbortSignal): Promise<void>;
  startMachine(host: HostName, machine: MachineId, signal?: AbortSignal): Promise<void>;
  /** Shuts the guest down, and turns the machine off when it does not follow in time. A moving machine: `conflict`. */
  stopMachine(host: HostName, machine: MachineId, signal?: AbortSignal): Promise<void>;
  /** Resets a running machine and starts one that is off. The one verb that acts again when it is repeated: see `upSince`. */
  restartMachine(host: HostName, machine: MachineId, signal?: AbortSignal): Promise<void>;
  /**
   * Live migration with the machine's own disk; afterwards the source knows neither. A machine that is off moves as
   * well. Too many migrations at either host: `busy`.
   */
  migrateMachine(host: HostName, machine: MachineId, to: HostName, signal?: AbortSignal): Promise<void>;
  /** Resolves when power is off. A host with running machines rejects with `conflict`. */
  powerOff(host: HostName, signal?: AbortSignal): Promise<void>;
  /** Resolves when power is on; the host answers only after it has booted. */
  powerOn(host: HostName, signal?: AbortSignal): Promise<void>;
}
