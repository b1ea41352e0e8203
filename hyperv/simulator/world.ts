import type { HostName, ImageName, Instant, MachineId, Mib, Seconds } from '../../policies/model.ts';
import type { Checkpoint, Leftover, MachineDefinition, Seed } from '../hypervisor.ts';
import { DISK_FRESH } from './durations.ts';

// What the simulated hosts hold, and what operations under way will make of it. An operation takes effect when its
// time has come, whether anybody still waits for it or not: that is what makes a killed process see, at its return,
// what it would see on real hosts.

export interface SimulatedMachine extends MachineDefinition {
  cores: number;
  memory: Mib;
  power: 'running' | 'off';
  /** Its memory is on disk: the next start goes on where it was. */
  isSaved?: boolean;
  seed?: Seed;
  checkpoints?: readonly Checkpoint[];
  /** When it was switched on or reset; null while off. */
  upSince: Instant | null;
  readonly address: string;
}

export interface SimulatedDisk {
  readonly machine: MachineId;
  readonly image: ImageName;
  /** As it was when the machine was last switched off; a running machine's disk grows: see `diskSize`. */
  size: Mib;
  /** What the guest sees; absent: as large as its image. */
  virtual?: Mib;
}

export interface SimulatedHost {
  power: 'on' | 'off';
  /** It boots until then. */
  answersFrom: Instant;
  readonly machines: Map<MachineId, SimulatedMachine>;
  readonly disks: Map<MachineId, SimulatedDisk>;
  /** Images that were copied here, or taken away; absent: those of the site. */
  images?: readonly ImageName[];
  leftovers?: readonly Leftover[];
}

/** What an operation does, once it is over. */
export type Effect =
  | { readonly verb: 'createDifferencingDisk'; readonly machine: MachineId; readonly image: ImageName }
  | {
      readonly verb: 'defineMachine';
      readonly machine: MachineId;
      readonly definition: MachineDefinition;
      readonly address: string;
    }
  | {
      readonly verb:
        | 'deleteDisk'
        | 'removeMachine'
        | 'startMachine'
        | 'stopMachine'
        | 'restartMachine'
        | 'saveMachine';
      readonly machine: MachineId;
    }
  | { readonly verb: 'seedMachine'; readonly machine: MachineId; readonly seed: Seed }
  | {
      readonly verb: 'resizeMachine';
      readonly machine: MachineId;
      readonly cores: number;
      readonly memory: Mib;
      readonly disk: Mib | null;
    }
  | {
      readonly verb: 'createCheckpoint' | 'restoreCheckpoint' | 'deleteCheckpoint';
      readonly machine: MachineId;
      readonly name: string;
    }
  | { readonly verb: 'hashImage'; readonly image: ImageName }
  | { readonly verb: 'copyImage'; readonly image: ImageName; readonly to: HostName }
  | { readonly verb: 'cleanLeftover'; readonly leftover: Leftover }
  | { readonly verb: 'migrateMachine'; readonly machine: MachineId; readonly to: HostName }
  | { readonly verb: 'powerOn' | 'powerOff' };

export type Operation = Effect & { readonly host: HostName; readonly ends: Instant };

export interface World {
  readonly hosts: Map<HostName, SimulatedHost>;
  /** Under way, in the order in which they began. */
  operations: Operation[];
  /** Addresses given so far. */
  addresses: number;
}

/** How long guests and hosts boot, and what a disk grows to: the world's own pace. */
export interface Pace {
  readonly guestBoot: Seconds;
  readonly hostBoot: Seconds;
  readonly bootedSize: (image: ImageName) => Mib;
}

/** Lets every operation that has ended by now take effect, in the order of their ends. True when one did. */
export function settle(world: World, now: Instant, pace: Pace): boolean {
  const ended = world.operations.filter((operation) => operation.ends <= now);
  if (ended.length === 0) return false;
  world.operations = world.operations.filter((operation) => operation.ends > now);
  for (const operation of ended.toSorted((a, b) => a.ends - b.ends)) takeEffect(world, operation, pace);
  return true;
}

function takeEffect(world: World, operation: Operation, pace: Pace): void {
  const host = hostOf(world, operation.host);
  const { ends } = operation;
  switch (operation.verb) {
    case 'createDifferencingDisk': {
      const { machine, image } = operation;
      host.disks.set(machine, { machine, image, size: DISK_FRESH });
      return;
    }
    case 'deleteDisk':
      host.disks.delete(operation.machine);
      return;
    case 'defineMachine': {
      const { definition, address } = operation;
      host.machines.set(definition.machine, { ...definition, address, power: 'off', upSince: null });
      return;
    }
    case 'removeMachine':
      host.machines.delete(operation.machine);
      return;
    case 'startMachine':
    case 'restartMachine':
      switchMachine(host, operation.machine, ends, ends, pace);
      return;
    case 'stopMachine':
      switchMachine(host, operation.machine, null, ends, pace);
      return;
    case 'saveMachine':
      switchMachine(host, operation.machine, null, ends, pace);
      change(host, operation.machine, (machine) => (machine.isSaved = true));
      return;
    case 'seedMachine':
      change(host, operation.machine, (machine) => (machine.seed = operation.seed));
      return;
    case 'resizeMachine':
      resize(host, operation);
      return;
    case 'createCheckpoint':
    case 'restoreCheckpoint':
    case 'deleteCheckpoint':
      change(host, operation.machine, (machine) => takeCheckpoint(machine, operation, ends));
      return;
    case 'hashImage':
      return;
    case 'copyImage': {
      const to = hostOf(world, operation.to);
      if (to.images?.includes(operation.image) === false) to.images = [...to.images, operation.image];
      return;
    }
    case 'cleanLeftover': {
      const { kind, name } = operation.leftover;
      host.leftovers = (host.leftovers ?? []).filter((each) => each.kind !== kind || each.name !== name);
      return;
    }
    case 'migrateMachine': {
      const to = hostOf(world, operation.to);
      move(operation.machine, host.machines, to.machines);
      move(operation.machine, host.disks, to.disks);
      return;
    }
    case 'powerOn':
      host.power = 'on';
      host.answersFrom = (ends + pace.hostBoot) as Instant;
      return;
    case 'powerOff':
      host.power = 'off';
  }
}

function change(host: SimulatedHost, id: MachineId, work: (machine: SimulatedMachine) => unknown): void {
  const machine = host.machines.get(id);
  if (machine !== undefined) work(machine);
}

function resize(
  host: SimulatedHost,
  { machine, cores, memory, disk }: Effect & { verb: 'resizeMachine' },
): void {
  change(host, machine, (found) => {
    found.cores = cores;
    found.memory = memory;
  });
  const found = host.disks.get(machine);
  if (found !== undefined && disk !== null) found.virtual = disk;
}

function takeCheckpoint(
  machine: SimulatedMachine,
  { verb, name }: { readonly verb: string; readonly name: string },
  now: Instant,
): void {
  const { checkpoints = [] } = machine;
  if (verb === 'createCheckpoint') machine.checkpoints = [...checkpoints, { name, made: now }];
  if (verb === 'deleteCheckpoint') machine.checkpoints = checkpoints.filter((each) => each.name !== name);
}

function switchMachine(
  host: SimulatedHost,
  id: MachineId,
  upSince: Instant | null,
  now: Instant,
  pace: Pace,
): void {
  const machine = host.machines.get(id);
  if (machine === undefined) return;
  const disk = host.disks.get(id);
  if (disk !== undefined) disk.size = diskSize(disk, machine, now, pace);
  machine.power = upSince === null ? 'off' : 'running';
  machine.isSaved = false;
  machine.upSince = upSince;
}

function move<Thing>(id: MachineId, from: Map<MachineId, Thing>, to: Map<MachineId, Thing>): void {
  const thing = from.get(id);
  if (thing !== undefined) to.set(id, thing);
  from.delete(id);
}

/** The size of the file: fresh, it grows while the guest boots for the first time. */
export function diskSize(
  disk: SimulatedDisk,
  machine: SimulatedMachine | undefined,
  now: Instant,
  pace: Pace,
): Mib {
  if (machine?.upSince == null) return disk.size;
  const booted = Math.min(1, Math.max(0, now - machine.upSince) / pace.guestBoot);
  return Math.max(disk.size, Math.round(DISK_FRESH + (pace.bootedSize(disk.image) - DISK_FRESH) * booted));
}

/** Memory that running machines take, and machines that are being started here or are on their way here. */
export function memoryUsed(world: World, name: HostName): Mib {
  let used = 0;
  for (const machine of hostOf(world, name).machines.values())
    if (machine.power === 'running') used += machine.memory;
  for (const operation of world.operations) {
    if (operation.verb === 'migrateMachine' && operation.to === name) {
      const machine = hostOf(world, operation.host).machines.get(operation.machine);
      if (machine?.power === 'running') used += machine.memory;
    } else if (
      operation.host === name &&
      (operation.verb === 'startMachine' || operation.verb === 'restartMachine')
    ) {
      const machine = hostOf(world, name).machines.get(operation.machine);
      if (machine?.power === 'off') used += machine.memory;
    }
  }
  return used;
}

/** The operation under way that concerns this machine, wherever it is. */
export function operationOn(world: World, machine: MachineId): Operation | undefined {
  return world.operations.find((operation) => 'machine' in operation && operation.machine === machine);
}

/** Migrations under way from or to a host. */
export function migrationsAt(world: World, host: HostName): number {
  return world.operations.filter(
    (operation) => operation.verb === 'migrateMachine' && (operation.host === host || operation.to === host),
  ).length;
}

export function hostOf(world: World, name: HostName): SimulatedHost {
  const host = world.hosts.get(name);
  if (host === undefined) throw new Error(`the simulated cluster has no host ${name}`);
  return host;
}
