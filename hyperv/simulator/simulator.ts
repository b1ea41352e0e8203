import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type {
  Clock,
  HostInventory,
  HostName,
  HostSample,
  Image,
  ImageName,
  MachineId,
  Seconds,
} from '../../policies/model.ts';
import {
  HypervisorError,
  type Checkpoint,
  type Hypervisor,
  type Leftover,
  type MachineDefinition,
  type ObservedDisk,
  type ObservedImage,
  type ObservedMachine,
  type Seed,
} from '../hypervisor.ts';
import { Cluster, type Begun } from './cluster.ts';
import {
  DISK_BOOTED,
  DISK_VIRTUAL,
  DURATIONS,
  IMAGE_BYTES,
  MIGRATIONS_MAX,
  migrationSeconds,
  scaled,
  type Network,
} from './durations.ts';
import type { PlannedFault } from './faults.ts';
import { loadOf, observedDisk, observedDisks, observedMachine, observedMachines } from './observe.ts';
import {
  diskSize,
  hostOf,
  migrationsAt,
  type Effect,
  type Operation,
  type SimulatedHost,
  type SimulatedMachine,
  type World,
} from './world.ts';

export interface SimulatorOptions {
  /** Whose time passes: in scripts the `pulling` side of a virtual clock. */
  readonly clock: Clock;
  readonly hosts: readonly HostInventory[];
  readonly images: readonly Image[];
  /** What migrations travel on; left out: 10GbE. */
  readonly network?: Network;
  /** How much faster than real hosts; left out: 1. At 4 a new machine takes about 8 seconds. */
  readonly speed?: number;
  /** A file in which the hosts outlive the process; null: they end with it. */
  readonly store: string | null;
}

/** A host as it is, whether it answers or not: for tests and audits, which must see what nobody can reach. */
export interface AuditedHost {
  readonly name: HostName;
  readonly power: 'on' | 'off';
  readonly machines: readonly ObservedMachine[];
  readonly disks: readonly ObservedDisk[];
}

/** A cluster of Hyper-V hosts inside this process, with their sizes, timings, limits and, on demand, their faults. */
export class Simulator implements Hypervisor {
  readonly #images: ReadonlyMap<ImageName, Image>;
  readonly #network: Network;
  readonly #cluster: Cluster;

  constructor({ clock, hosts, images, network = '10GbE', speed = 1, store }: SimulatorOptions) {
    this.#images = new Map(images.map((image) => [image.name, image]));
    this.#network = network;
    const pace = {
      guestBoot: scaled(DURATIONS.guestBoot, speed),
      hostBoot: scaled(DURATIONS.hostBoot, speed),
      bootedSize: (image: ImageName) => DISK_BOOTED[this.#images.get(image)?.os ?? 'linux'],
    };
    this.#cluster = new Cluster({ clock, hosts, pace, speed, store });
  }

  // Faults on demand.

  /** The next calls that match meet a fault. */
  fail(fault: PlannedFault): void {
    this.#cluster.faults.plan(fault);
  }

  /** The host is cut off: it answers nothing, and what runs on it runs on. */
  vanish(host: HostName): void {
    this.#cluster.vanished.add(host);
  }

  comeBack(host: HostName): void {
    this.#cluster.vanished.delete(host);
  }

  /** Every call to the host takes so much longer before anything happens there. */
  slowDown(host: HostName, seconds: Seconds): void {
    this.#cluster.latency.set(host, seconds);
  }

  /** No planned fault, no cut-off host and no latency any more. */
  heal(): void {
    this.#cluster.faults.clear();
    this.#cluster.vanished.clear();
    this.#cluster.latency.clear();
  }

  /** Everything that exists, at every host. */
  audit(): readonly AuditedHost[] {
    const { world, pace } = this.#cluster;
    const now = this.#cluster.settled();
    return [...this.#cluster.configured()].map(({ name }) => {
      const host = hostOf(world, name);
      const machines = observedMachines(world, host, now, pace);
      return { name, power: host.power, machines, disks: observedDisks(host, now, pace) };
    });
  }

  // Looking.

  hosts(): Promise<readonly HostInventory[]> {
    this.#cluster.settled();
    const { world } = this.#cluster;
    return Promise.resolve(
      [...this.#cluster.configured()].map(({ name, cores, memory }) => ({
        name,
        cores,
        memory,
        power: hostOf(world, name).power,
      })),
    );
  }

  images(): Promise<readonly Image[]> {
    return Promise.resolve([...this.#images.values()]);
  }

  async sample(name: HostName, signal?: AbortSignal): Promise<HostSample> {
    let failed = false;
    try {
      await this.#cluster.enter({ verb: 'sample', host: name, machine: null, signal });
    } catch (error) {
      if (!(error instanceof HypervisorError)) throw error;
      failed = true;
    }
    const now = this.#cluster.settled();
    const host = hostOf(this.#cluster.world, name);
    const reachable = !failed && this.#cluster.answers(name, now);
    const load = reachable ? loadOf(host, this.#cluster.coresOf(name), now) : 0;
    return { name, reachable, power: host.power, load };
  }

  listMachines(host: HostName, signal?: AbortSignal): Promise<readonly ObservedMachine[]> {
    return this.#cluster.look({ verb: 'listMachines', host, machine: null, signal }, (found, now) =>
      observedMachines(this.#cluster.world, found, now, this.#cluster.pace),
    );
  }

  listDisks(host: HostName, signal?: AbortSignal): Promise<readonly ObservedDisk[]> {
    return this.#cluster.look({ verb: 'listDisks', host, machine: null, signal }, (found, now) =>
      observedDisks(found, now, this.#cluster.pace),
    );
  }

  findMachine(
    host: HostName,
    machine: MachineId,
    signal?: AbortSignal,
  ): Promise<ObservedMachine | undefined> {
    return this.#cluster.look({ verb: 'findMachine', host, machine, signal }, (found, now) => {
      const there = found.machines.get(machine);
      return there === undefined
        ? undefined
        : observedMachine(this.#cluster.world, there, now, this.#cluster.pace);
    });
  }

  findDisk(host: HostName, machine: MachineId, signal?: AbortSignal): Promise<ObservedDisk | undefined> {
    return this.#cluster.look({ verb: 'findDisk', host, machine, signal }, (found, now) => {
      const there = found.disks.get(machine);
      return there === undefined ? undefined : observedDisk(found, there, now, this.#cluster.pace);
    });
  }

  // Acting.

  createDifferencingDisk(
    host: HostName,
    machine: MachineId,
    image: ImageName,
    signal?: AbortSignal,
  ): Promise<void> {
    return this.#cluster.act({ verb: 'createDifferencingDisk', host, machine, signal }, (found) => {
      const disk = found.disks.get(machine);
      if (disk?.image === image) return null;
      if (disk !== undefined)
        throw new HypervisorError('conflict', `${machine} has a disk of ${disk.image} on ${host} already`);
      this.#refuseWithoutImage(found, host, image);
      // Two creations on one base image at a time meet a sharing violation on a real host.
      const taken = this.#cluster.world.operations.some(
        (other) => other.verb === 'createDifferencingDisk' && other.host === host && other.image === image,
      );
      if (taken) throw new HypervisorError('busy', `${host} is making another disk of ${image}`);
      return begun({ verb: 'createDifferencingDisk', machine, image });
    });
  }

  deleteDisk(host: HostName, machine: MachineId, signal?: AbortSignal): Promise<void> {
    return this.#cluster.act({ verb: 'deleteDisk', host, machine, signal }, (found) => {
      if (!found.disks.has(machine)) return null;
      const user = found.machines.get(machine);
      if (user?.power === 'running')
        throw new HypervisorError('busy', `the disk of ${machine} is in use: ${user.name} runs`);
      if (user !== undefined)
        throw new HypervisorError('conflict', `${user.name} is still defined on the disk of ${machine}`);
      return begun({ verb: 'deleteDisk', machine });
    });
  }

  defineMachine(host: HostName, definition: MachineDefinition, signal?: AbortSignal): Promise<void> {
    const { machine, name, image, cores, memory } = definition;
    return this.#cluster.act({ verb: 'defineMachine', host, machine, signal }, (found) => {
      const there = found.machines.get(machine);
      if (there?.name === name && there.image === image && there.cores === cores && there.memory === memory)
        return null;
      if (there !== undefined)
        throw new HypervisorError('conflict', `${machine} is defined otherwise on ${host} already`);
      if (found.disks.get(machine)?.image !== image)
        throw new HypervisorError('missing', `${host} has no disk of ${image} for ${machine}`);
      const address = nextAddress(this.#cluster.world);
      return begun({
        verb: 'defineMachine',
        machine,
        definition: { machine, name, image, cores, memory },
        address,
      });
    });
  }

  removeMachine(host: HostName, machine: MachineId, signal?: AbortSignal): Promise<void> {
    return this.#cluster.act({ verb: 'removeMachine', host, machine, signal }, (found) => {
      const there = found.machines.get(machine);
      if (there === undefined) return null;
      if (there.power === 'running')
        throw new HypervisorError('conflict', `${there.name} runs on ${host}: stop it first`);
      return begun({ verb: 'removeMachine', machine });
    });
  }

  startMachine(host: HostName, machine: MachineId, signal?: AbortSignal): Promise<void> {
    return this.#cluster.act({ verb: 'startMachine', host, machine, signal }, (found) => {
      const there = existing(found, host, machine);
      if (there.power === 'running') return null;
      this.#cluster.refuseWithoutRoom(host, there);
      return begun({ verb: 'startMachine', machine });
    });
  }

  stopMachine(host: HostName, machine: MachineId, signal?: AbortSignal): Promise<void> {
    return this.#cluster.act({ verb: 'stopMachine', host, machine, signal }, (found) =>
      existing(found, host, machine).power === 'off' ? null : begun({ verb: 'stopMachine', machine }),
    );
  }

  restartMachine(host: HostName, machine: MachineId, signal?: AbortSignal): Promise<void> {
    return this.#cluster.act({ verb: 'restartMachine', host, machine, signal }, (found) => {
      const there = existing(found, host, machine);
      if (there.power === 'off') this.#cluster.refuseWithoutRoom(host, there);
      return begun({ verb: 'restartMachine', machine });
    });
  }

  async migrateMachine(
    host: HostName,
    machine: MachineId,
    to: HostName,
    signal?: AbortSignal,
  ): Promise<void> {
    await this.#cluster.act({ verb: 'migrateMachine', host, machine, signal }, (found, now) => {
      const there = found.machines.get(machine);
      if (!this.#cluster.answers(to, now)) throw new HypervisorError('unreachable', `${to} does not answer`);
      const atTarget = hostOf(this.#cluster.world, to).machines.has(machine);
      if (host === to ? there !== undefined : there === undefined && atTarget) return null;
      if (there === undefined) throw new HypervisorError('missing', `${host} has no machine ${machine}`);
      if (atTarget || hostOf(this.#cluster.world, to).disks.has(machine))
        throw new HypervisorError('conflict', `${to} holds something of ${machine} already`);
      const image = found.disks.get(machine)?.image;
      if (image !== undefined && !this.#imagesAt(hostOf(this.#cluster.world, to)).includes(image))
        throw new HypervisorError('missing', `${to} has no image ${image}: copy it there first`);
      for (const end of [host, to])
        if (migrationsAt(this.#cluster.world, end) >= MIGRATIONS_MAX)
          throw new HypervisorError('busy', `${end} takes part in ${MIGRATIONS_MAX} migrations already`);
      this.#cluster.refuseWithoutRoom(to, there);
      const together =
        1 + Math.max(migrationsAt(this.#cluster.world, host), migrationsAt(this.#cluster.world, to));
      const disk = found.disks.get(machine);
      const size = disk === undefined ? 0 : diskSize(disk, there, now, this.#cluster.pace);
      const memory = there.power === 'running' ? there.memory : 0;
      const seconds = migrationSeconds(size, memory, this.#network, together);
      return { effect: { verb: 'migrateMachine', machine, to }, seconds };
    });
    if (host !== to && hostOf(this.#cluster.world, host).machines.has(machine))
      throw new HypervisorError('unknown-outcome', `${machine} did not move and is still on ${host}`);
  }

  async cancelMigration(host: HostName, machine: MachineId, signal?: AbortSignal): Promise<void> {
    await this.#cluster.look({ verb: 'cancelMigration', host, machine, signal }, () =>
      this.#cluster.cancel(host, machine),
    );
  }

  // Seeds, sizes, checkpoints.

  seedMachine(host: HostName, machine: MachineId, seed: Seed, signal?: AbortSignal): Promise<void> {
    return this.#cluster.act({ verb: 'seedMachine', host, machine, signal }, (found) => {
      const there = existing(found, host, machine);
      if (isDeepStrictEqual(there.seed, seed) || (there.power === 'running' && there.seed !== undefined))
        return null;
      if (there.power === 'running') throw stillRunning(there, host);
      return { effect: { verb: 'seedMachine', machine, seed }, seconds: DURATIONS.seedMachine };
    });
  }

  resizeMachine(
    host: HostName,
    machine: MachineId,
    size: Parameters<Hypervisor['resizeMachine']>[2],
    signal?: AbortSignal,
  ): Promise<void> {
    return this.#cluster.act({ verb: 'resizeMachine', host, machine, signal }, (found) => {
      const there = existing(found, host, machine);
      const { cores = there.cores, memory = there.memory } = size;
      const has = found.disks.get(machine)?.virtual ?? DISK_VIRTUAL;
      const disk = size.disk === undefined || size.disk === has ? null : size.disk;
      const isOther = cores !== there.cores || memory !== there.memory;
      if (!isOther && disk === null) return null;
      if (isOther && there.power === 'running') {
        if (cores !== there.cores || memory < there.memory) throw stillRunning(there, host);
        this.#cluster.refuseWithoutRoom(host, { ...there, memory: memory - there.memory });
      }
      if (disk !== null && disk < has)
        throw new HypervisorError('conflict', `the disk of ${there.name} has ${has} MiB already`);
      if (disk !== null && (there.checkpoints ?? []).length > 0)
        throw new HypervisorError('conflict', `${there.name} has checkpoints: delete them first`);
      return {
        effect: { verb: 'resizeMachine', machine, cores, memory, disk },
        seconds: DURATIONS.resizeMachine,
      };
    });
  }

  saveMachine(host: HostName, machine: MachineId, signal?: AbortSignal): Promise<void> {
    return this.#cluster.act({ verb: 'saveMachine', host, machine, signal }, (found) => {
      const there = existing(found, host, machine);
      if (there.isSaved === true) return null;
      if (there.power === 'off')
        throw new HypervisorError('conflict', `${there.name} is off: there is nothing to save`);
      return begun({ verb: 'saveMachine', machine });
    });
  }

  listCheckpoints(host: HostName, machine: MachineId, signal?: AbortSignal): Promise<readonly Checkpoint[]> {
    return this.#cluster.look(
      { verb: 'listCheckpoints', host, machine, signal },
      (found) => existing(found, host, machine).checkpoints ?? [],
    );
  }

  createCheckpoint(host: HostName, machine: MachineId, name: string, signal?: AbortSignal): Promise<void> {
    return this.#checkpoint('createCheckpoint', { host, machine, name, signal }, (_, has) => !has);
  }

  restoreCheckpoint(host: HostName, machine: MachineId, name: string, signal?: AbortSignal): Promise<void> {
    return this.#checkpoint('restoreCheckpoint', { host, machine, name, signal }, (there, has) => {
      if (!has) throw new HypervisorError('missing', `${there.name} has no checkpoint of this name`);
      if (there.power === 'running') throw stillRunning(there, host);
      return true;
    });
  }

  deleteCheckpoint(host: HostName, machine: MachineId, name: string, signal?: AbortSignal): Promise<void> {
    return this.#checkpoint('deleteCheckpoint', { host, machine, name, signal }, (_, has) => has);
  }

  #checkpoint(
    verb: 'createCheckpoint' | 'restoreCheckpoint' | 'deleteCheckpoint',
    {
      host,
      machine,
      name,
      signal,
    }: {
      readonly host: HostName;
      readonly machine: MachineId;
      readonly name: string;
      readonly signal: AbortSignal | undefined;
    },
    isWanted: (there: SimulatedMachine, has: boolean) => boolean,
  ): Promise<void> {
    return this.#cluster.act({ verb, host, machine, signal }, (found) => {
      const there = existing(found, host, machine);
      const has = (there.checkpoints ?? []).some((each) => each.name === name);
      return isWanted(there, has) ? { effect: { verb, machine, name }, seconds: DURATIONS[verb] } : null;
    });
  }

  // Images and leftovers.

  listImages(host: HostName, signal?: AbortSignal): Promise<readonly ObservedImage[]> {
    return this.#cluster.look({ verb: 'listImages', host, machine: null, signal }, (found) =>
      this.#imagesAt(found).map((image) => ({
        image,
        bytes: IMAGE_BYTES,
        readOnly: true,
        hash: hashOf(image),
      })),
    );
  }

  async hashImage(host: HostName, image: ImageName, signal?: AbortSignal): Promise<string> {
    await this.#cluster.act({ verb: 'hashImage', host, machine: null, signal }, (found) => {
      this.#refuseWithoutImage(found, host, image);
      return { effect: { verb: 'hashImage', image }, seconds: DURATIONS.hashImage };
    });
    return hashOf(image);
  }

  copyImage(host: HostName, image: ImageName, to: HostName, signal?: AbortSignal): Promise<void> {
    return this.#cluster.act({ verb: 'copyImage', host, machine: null, signal }, (found, now) => {
      this.#refuseWithoutImage(found, host, image);
      if (!this.#cluster.answers(to, now)) throw new HypervisorError('unreachable', `${to} does not answer`);
      if (this.#imagesAt(hostOf(this.#cluster.world, to)).includes(image)) return null;
      return { effect: { verb: 'copyImage', image, to }, seconds: DURATIONS.copyImage };
    });
  }

  /** Takes an image away from a host, or leaves something behind there, as a person or a crash would. */
  spoil(
    host: HostName,
    { image, leftover }: { readonly image?: ImageName; readonly leftover?: Leftover },
  ): void {
    const found = hostOf(this.#cluster.world, host);
    if (image !== undefined) found.images = this.#imagesAt(found).filter((each) => each !== image);
    if (leftover !== undefined) found.leftovers = [...(found.leftovers ?? []), leftover];
  }

  listLeftovers(host: HostName, signal?: AbortSignal): Promise<readonly Leftover[]> {
    return this.#cluster.look({ verb: 'listLeftovers', host, machine: null, signal }, (found) => [
      ...(found.leftovers ?? []),
      ...[...found.disks.keys()]
        .filter((machine) => !found.machines.has(machine))
        .map((name) => ({ kind: 'folder-without-machine' as const, name, detail: 'with a disk' })),
    ]);
  }

  cleanLeftover(host: HostName, leftover: Leftover, signal?: AbortSignal): Promise<void> {
    const { kind, name } = leftover;
    const machine = name as MachineId;
    return this.#cluster.act({ verb: 'cleanLeftover', host, machine, signal }, (found) => {
      if (kind === 'folder-without-machine') {
        if (found.machines.has(machine))
          throw new HypervisorError('conflict', `${name} lives in this folder`);
        return found.disks.has(machine) ? begun({ verb: 'deleteDisk', machine }) : null;
      }
      const isThere = (found.leftovers ?? []).some((each) => each.kind === kind && each.name === name);
      if (!isThere) return null;
      return { effect: { verb: 'cleanLeftover', leftover }, seconds: DURATIONS.cleanLeftover };
    });
  }

  #imagesAt({ images }: SimulatedHost): readonly ImageName[] {
    return images ?? [...this.#images.keys()];
  }

  #refuseWithoutImage(found: SimulatedHost, host: HostName, image: ImageName): void {
    if (!this.#imagesAt(found).includes(image))
      throw new HypervisorError('missing', `${host} has no image ${image}`);
  }

  async powerOff(host: HostName, signal?: AbortSignal): Promise<void> {
    await this.#cluster.act({ verb: 'powerOff', host, machine: null, signal }, (found) => {
      if (found.power === 'off') return null;
      const running = [...found.machines.values()].filter((machine) => machine.power === 'running').length;
      if (running > 0) throw new HypervisorError('conflict', `${running} machines run on ${host}`);
      if (this.#cluster.world.operations.some((other) => concerns(other, host)))
        throw new HypervisorError('busy', `${host} is at work`);
      return begun({ verb: 'powerOff' });
    });
  }

  powerOn(host: HostName, signal?: AbortSignal): Promise<void> {
    return this.#cluster.act({ verb: 'powerOn', host, machine: null, signal }, (found) =>
      found.power === 'on' ? null : begun({ verb: 'powerOn' }),
    );
  }
}

type Plain = Extract<Effect, { readonly verb: Exclude<keyof typeof DURATIONS, 'guestBoot' | 'hostBoot'> }>;

function begun(effect: Plain): Begun {
  return { effect, seconds: DURATIONS[effect.verb] };
}

function stillRunning({ name }: SimulatedMachine, host: HostName): HypervisorError {
  return new HypervisorError('conflict', `${name} runs on ${host}: stop it first`);
}

function hashOf(image: ImageName): string {
  return createHash('sha256').update(image).digest('hex').toUpperCase();
}

function existing(host: SimulatedHost, name: HostName, machine: MachineId): SimulatedMachine {
  const there = host.machines.get(machine);
  if (there === undefined) throw new HypervisorError('missing', `${name} has no machine ${machine}`);
  return there;
}

function concerns(operation: Operation, host: HostName): boolean {
  return operation.host === host || (operation.verb === 'migrateMachine' && operation.to === host);
}

/** 10.20.0.10 and upward, as a network's own server would give them out. */
function nextAddress(world: World): string {
  const place = 10 + (world.addresses % 60_000);
  world.addresses += 1;
  return `10.20.${Math.floor(place / 250)}.${(place % 250) + 1}`;
}
