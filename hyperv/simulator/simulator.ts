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
import { Care } from './care.ts';
import { Cluster } from './cluster.ts';
import { DISK_BOOTED, DURATIONS, scaled, type Network } from './durations.ts';
import type { PlannedFault } from './faults.ts';
import { loadOf, observedDisk, observedDisks, observedMachine, observedMachines } from './observe.ts';
import { Migrations } from './migrations.ts';
import { Settings } from './settings.ts';
import { begun, existing } from './wishes.ts';
import { hostOf, type Operation, type World } from './world.ts';

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
  readonly #cluster: Cluster;
  readonly #care: Care;
  readonly #migrations: Migrations;
  readonly #settings: Settings;

  constructor({ clock, hosts, images, network = '10GbE', speed = 1, store }: SimulatorOptions) {
    this.#images = new Map(images.map((image) => [image.name, image]));
    const pace = {
      guestBoot: scaled(DURATIONS.guestBoot, speed),
      hostBoot: scaled(DURATIONS.hostBoot, speed),
      bootedSize: (image: ImageName) => DISK_BOOTED[this.#images.get(image)?.os ?? 'linux'],
    };
    this.#cluster = new Cluster({ clock, hosts, pace, speed, store });
    this.#care = new Care(this.#cluster, [...this.#images.keys()]);
    this.#migrations = new Migrations(this.#cluster, this.#care, network);
    this.#settings = new Settings(this.#cluster);
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
      this.#care.refuseWithoutImage(found, host, image);
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

  migrateMachine(host: HostName, machine: MachineId, to: HostName, signal?: AbortSignal): Promise<void> {
    return this.#migrations.migrateMachine(host, machine, to, signal);
  }

  cancelMigration(host: HostName, machine: MachineId, signal?: AbortSignal): Promise<void> {
    return this.#migrations.cancelMigration(host, machine, signal);
  }

  // Seeds, sizes, checkpoints.

  seedMachine(host: HostName, machine: MachineId, seed: Seed, signal?: AbortSignal): Promise<void> {
    return this.#settings.seedMachine(host, machine, seed, signal);
  }

  resizeMachine(
    host: HostName,
    machine: MachineId,
    size: Parameters<Hypervisor['resizeMachine']>[2],
    signal?: AbortSignal,
  ): Promise<void> {
    return this.#settings.resizeMachine(host, machine, size, signal);
  }

  saveMachine(host: HostName, machine: MachineId, signal?: AbortSignal): Promise<void> {
    return this.#settings.saveMachine(host, machine, signal);
  }

  listCheckpoints(host: HostName, machine: MachineId, signal?: AbortSignal): Promise<readonly Checkpoint[]> {
    return this.#settings.listCheckpoints(host, machine, signal);
  }

  createCheckpoint(host: HostName, machine: MachineId, name: string, signal?: AbortSignal): Promise<void> {
    return this.#settings.createCheckpoint(host, machine, name, signal);
  }

  restoreCheckpoint(host: HostName, machine: MachineId, name: string, signal?: AbortSignal): Promise<void> {
    return this.#settings.restoreCheckpoint(host, machine, name, signal);
  }

  deleteCheckpoint(host: HostName, machine: MachineId, name: string, signal?: AbortSignal): Promise<void> {
    return this.#settings.deleteCheckpoint(host, machine, name, signal);
  }

  // Images and leftovers.

  listImages(host: HostName, signal?: AbortSignal): Promise<readonly ObservedImage[]> {
    return this.#care.listImages(host, signal);
  }

  hashImage(host: HostName, image: ImageName, signal?: AbortSignal): Promise<string> {
    return this.#care.hashImage(host, image, signal);
  }

  copyImage(host: HostName, image: ImageName, to: HostName, signal?: AbortSignal): Promise<void> {
    return this.#care.copyImage(host, image, to, signal);
  }

  /** Takes an image away from a host, or leaves something behind there, as a person or a crash would. */
  spoil(host: HostName, what: { readonly image?: ImageName; readonly leftover?: Leftover }): void {
    this.#care.spoil(host, what);
  }

  listLeftovers(host: HostName, signal?: AbortSignal): Promise<readonly Leftover[]> {
    return this.#care.listLeftovers(host, signal);
  }

  cleanLeftover(host: HostName, leftover: Leftover, signal?: AbortSignal): Promise<void> {
    return this.#care.cleanLeftover(host, leftover, signal);
  }

  // Power of hosts.

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

function concerns(operation: Operation, host: HostName): boolean {
  return operation.host === host || (operation.verb === 'migrateMachine' && operation.to === host);
}

/** 10.20.0.10 and upward, as a network's own server would give them out. */
function nextAddress(world: World): string {
  const place = 10 + (world.addresses % 60_000);
  world.addresses += 1;
  return `10.20.${Math.floor(place / 250)}.${(place % 250) + 1}`;
}
