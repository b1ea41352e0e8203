import type {
  Clock,
  HostInventory,
  HostName,
  HostSample,
  Image,
  ImageName,
  Instant,
  MachineId,
  Seconds,
} from '../../policies/model.ts';
import {
  HypervisorError,
  type Hypervisor,
  type MachineDefinition,
  type ObservedDisk,
  type ObservedMachine,
} from '../hypervisor.ts';
import {
  DISK_BOOTED,
  DURATIONS,
  later,
  MIGRATIONS_MAX,
  migrationSeconds,
  scaled,
  type Network,
} from './durations.ts';
import { Faults, type PlannedFault, type Verb } from './faults.ts';
import { loadWorld, saveWorld } from './store.ts';
import {
  addressOf,
  diskSize,
  hostOf,
  memoryUsed,
  migrationsAt,
  operationOn,
  settle,
  type Effect,
  type Operation,
  type Pace,
  type SimulatedDisk,
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

interface Call {
  readonly verb: Verb;
  readonly host: HostName;
  readonly machine: MachineId | null;
  readonly signal: AbortSignal | undefined;
}

interface Begun {
  readonly effect: Effect;
  readonly seconds: Seconds;
}

/**
 * A cluster of Hyper-V hosts inside this process, with their sizes, timings, limits and, on demand, their faults.
 *
 * An operation is written to the store when it begins, with the instant at which it ends, and takes effect by time: a
 * caller that gives up, or dies, changes nothing of it. Between two waits everything happens at once, so what one call
 * has found to hold still holds when it acts.
 */
export class Simulator implements Hypervisor {
  readonly #clock: Clock;
  readonly #configured: readonly HostInventory[];
  readonly #images: ReadonlyMap<ImageName, Image>;
  readonly #network: Network;
  readonly #speed: number;
  readonly #store: string | null;
  readonly #pace: Pace;
  readonly #world: World;
  readonly #faults = new Faults();
  readonly #vanished = new Set<HostName>();
  readonly #latency = new Map<HostName, Seconds>();

  constructor({ clock, hosts, images, network = '10GbE', speed = 1, store }: SimulatorOptions) {
    this.#clock = clock;
    this.#configured = hosts;
    this.#images = new Map(images.map((image) => [image.name, image]));
    this.#network = network;
    this.#speed = speed;
    this.#store = store;
    this.#pace = {
      guestBoot: scaled(DURATIONS.guestBoot, speed),
      hostBoot: scaled(DURATIONS.hostBoot, speed),
      bootedSize: (image) => DISK_BOOTED[this.#images.get(image)?.os ?? 'linux'],
    };
    this.#world = (store === null ? undefined : loadWorld(store)) ?? {
      hosts: new Map(),
      operations: [],
      addresses: 0,
    };
    for (const { name, power } of hosts)
      if (!this.#world.hosts.has(name))
        this.#world.hosts.set(name, {
          power,
          answersFrom: 0 as Instant,
          machines: new Map(),
          disks: new Map(),
        });
  }

  // Faults on demand.

  /** The next calls that match meet a fault. */
  fail(fault: PlannedFault): void {
    this.#faults.plan(fault);
  }

  /** The host is cut off: it answers nothing, and what runs on it runs on. */
  vanish(host: HostName): void {
    this.#vanished.add(host);
  }

  comeBack(host: HostName): void {
    this.#vanished.delete(host);
  }

  /** Every call to the host takes so much longer before anything happens there. */
  slowDown(host: HostName, seconds: Seconds): void {
    this.#latency.set(host, seconds);
  }

  /** No planned fault, no cut-off host and no latency any more. */
  heal(): void {
    this.#faults.clear();
    this.#vanished.clear();
    this.#latency.clear();
  }

  /** Everything that exists, at every host. */
  audit(): readonly AuditedHost[] {
    const now = this.#settled();
    return this.#configured.map(({ name }) => {
      const host = hostOf(this.#world, name);
      return { name, power: host.power, machines: this.#machines(host, now), disks: this.#disks(host, now) };
    });
  }

  // Looking.

  hosts(): Promise<readonly HostInventory[]> {
    this.#settled();
    return Promise.resolve(
      this.#configured.map((host) => ({ ...host, power: hostOf(this.#world, host.name).power })),
    );
  }

  images(): Promise<readonly Image[]> {
    return Promise.resolve([...this.#images.values()]);
  }

  async sample(name: HostName, signal?: AbortSignal): Promise<HostSample> {
    const call: Call = { verb: 'sample', host: name, machine: null, signal };
    let failed = false;
    try {
      await this.#enter(call);
    } catch (error) {
      if (!(error instanceof HypervisorError)) throw error;
      failed = true;
    }
    const now = this.#settled();
    const { power } = hostOf(this.#world, name);
    const reachable = !failed && this.#answers(name, now);
    return { name, reachable, power, load: reachable ? this.#load(name, now) : 0 };
  }

  listMachines(host: HostName, signal?: AbortSignal): Promise<readonly ObservedMachine[]> {
    return this.#look({ verb: 'listMachines', host, machine: null, signal }, (found, now) =>
      this.#machines(found, now),
    );
  }

  listDisks(host: HostName, signal?: AbortSignal): Promise<readonly ObservedDisk[]> {
    return this.#look({ verb: 'listDisks', host, machine: null, signal }, (found, now) =>
      this.#disks(found, now),
    );
  }

  findMachine(
    host: HostName,
    machine: MachineId,
    signal?: AbortSignal,
  ): Promise<ObservedMachine | undefined> {
    return this.#look({ verb: 'findMachine', host, machine, signal }, (found, now) => {
      const there = found.machines.get(machine);
      return there === undefined ? undefined : this.#observed(there, now);
    });
  }

  findDisk(host: HostName, machine: MachineId, signal?: AbortSignal): Promise<ObservedDisk | undefined> {
    return this.#look({ verb: 'findDisk', host, machine, signal }, (found, now) => {
      const there = found.disks.get(machine);
      return there === undefined ? undefined : this.#observedDisk(found, there, now);
    });
  }

  // Acting.

  createDifferencingDisk(
    host: HostName,
    machine: MachineId,
    image: ImageName,
    signal?: AbortSignal,
  ): Promise<void> {
    return this.#act({ verb: 'createDifferencingDisk', host, machine, signal }, (found) => {
      const disk = found.disks.get(machine);
      if (disk?.image === image) return null;
      if (disk !== undefined)
        throw new HypervisorError('conflict', `${machine} has a disk of ${disk.image} on ${host} already`);
      if (!this.#images.has(image)) throw new HypervisorError('missing', `${host} has no image ${image}`);
      // Two creations on one base image at a time meet a sharing violation on a real host.
      const taken = this.#world.operations.some(
        (other) => other.verb === 'createDifferencingDisk' && other.host === host && other.image === image,
      );
      if (taken) throw new HypervisorError('busy', `${host} is making another disk of ${image}`);
      return this.#begun({ verb: 'createDifferencingDisk', machine, image });
    });
  }

  deleteDisk(host: HostName, machine: MachineId, signal?: AbortSignal): Promise<void> {
    return this.#act({ verb: 'deleteDisk', host, machine, signal }, (found) => {
      if (!found.disks.has(machine)) return null;
      const user = found.machines.get(machine);
      if (user?.power === 'running')
        throw new HypervisorError('busy', `the disk of ${machine} is in use: ${user.name} runs`);
      if (user !== undefined)
        throw new HypervisorError('conflict', `${user.name} is still defined on the disk of ${machine}`);
      return this.#begun({ verb: 'deleteDisk', machine });
    });
  }

  defineMachine(host: HostName, definition: MachineDefinition, signal?: AbortSignal): Promise<void> {
    const { machine, name, image, cores, memory } = definition;
    return this.#act({ verb: 'defineMachine', host, machine, signal }, (found) => {
      const there = found.machines.get(machine);
      if (there?.name === name && there.image === image && there.cores === cores && there.memory === memory)
        return null;
      if (there !== undefined)
        throw new HypervisorError('conflict', `${machine} is defined otherwise on ${host} already`);
      if (found.disks.get(machine)?.image !== image)
        throw new HypervisorError('missing', `${host} has no disk of ${image} for ${machine}`);
      const address = nextAddress(this.#world);
      return this.#begun({
        verb: 'defineMachine',
        machine,
        definition: { machine, name, image, cores, memory },
        address,
      });
    });
  }

  removeMachine(host: HostName, machine: MachineId, signal?: AbortSignal): Promise<void> {
    return this.#act({ verb: 'removeMachine', host, machine, signal }, (found) => {
      const there = found.machines.get(machine);
      if (there === undefined) return null;
      if (there.power === 'running')
        throw new HypervisorError('conflict', `${there.name} runs on ${host}: stop it first`);
      return this.#begun({ verb: 'removeMachine', machine });
    });
  }

  startMachine(host: HostName, machine: MachineId, signal?: AbortSignal): Promise<void> {
    return this.#act({ verb: 'startMachine', host, machine, signal }, (found) => {
      const there = existing(found, host, machine);
      if (there.power === 'running') return null;
      this.#refuseWithoutRoom(host, there);
      return this.#begun({ verb: 'startMachine', machine });
    });
  }

  stopMachine(host: HostName, machine: MachineId, signal?: AbortSignal): Promise<void> {
    return this.#act({ verb: 'stopMachine', host, machine, signal }, (found) =>
      existing(found, host, machine).power === 'off' ? null : this.#begun({ verb: 'stopMachine', machine }),
    );
  }

  restartMachine(host: HostName, machine: MachineId, signal?: AbortSignal): Promise<void> {
    return this.#act({ verb: 'restartMachine', host, machine, signal }, (found) => {
      const there = existing(found, host, machine);
      if (there.power === 'off') this.#refuseWithoutRoom(host, there);
      return this.#begun({ verb: 'restartMachine', machine });
    });
  }

  migrateMachine(host: HostName, machine: MachineId, to: HostName, signal?: AbortSignal): Promise<void> {
    return this.#act({ verb: 'migrateMachine', host, machine, signal }, (found, now) => {
      const there = found.machines.get(machine);
      if (!this.#answers(to, now)) throw new HypervisorError('unreachable', `${to} does not answer`);
      const atTarget = hostOf(this.#world, to).machines.has(machine);
      if (host === to ? there !== undefined : there === undefined && atTarget) return null;
      if (there === undefined) throw new HypervisorError('missing', `${host} has no machine ${machine}`);
      if (atTarget || hostOf(this.#world, to).disks.has(machine))
        throw new HypervisorError('conflict', `${to} holds something of ${machine} already`);
      for (const end of [host, to])
        if (migrationsAt(this.#world, end) >= MIGRATIONS_MAX)
          throw new HypervisorError('busy', `${end} takes part in ${MIGRATIONS_MAX} migrations already`);
      this.#refuseWithoutRoom(to, there);
      const together = 1 + Math.max(migrationsAt(this.#world, host), migrationsAt(this.#world, to));
      const disk = found.disks.get(machine);
      const size = disk === undefined ? 0 : diskSize(disk, there, now, this.#pace);
      const memory = there.power === 'running' ? there.memory : 0;
      const seconds = migrationSeconds(size, memory, this.#network, together);
      return { effect: { verb: 'migrateMachine', machine, to }, seconds };
    });
  }

  async powerOff(host: HostName, signal?: AbortSignal): Promise<void> {
    await this.#act({ verb: 'powerOff', host, machine: null, signal }, (found) => {
      if (found.power === 'off') return null;
      const running = [...found.machines.values()].filter((machine) => machine.power === 'running').length;
      if (running > 0) throw new HypervisorError('conflict', `${running} machines run on ${host}`);
      if (this.#world.operations.some((other) => concerns(other, host)))
        throw new HypervisorError('busy', `${host} is at work`);
      return this.#begun({ verb: 'powerOff' });
    });
  }

  powerOn(host: HostName, signal?: AbortSignal): Promise<void> {
    return this.#act({ verb: 'powerOn', host, machine: null, signal }, (found) =>
      found.power === 'on' ? null : this.#begun({ verb: 'powerOn' }),
    );
  }

  // What all verbs share.

  /** A call on its way to the host: it may be slow, and may meet a fault before anything happens. Returns one for later. */
  async #enter({ verb, host, machine, signal }: Call): Promise<PlannedFault | undefined> {
    signal?.throwIfAborted();
    hostOf(this.#world, host);
    const met = this.#faults.meet(verb, host, machine);
    const latency = this.#latency.get(host);
    if (latency !== undefined) await this.#clock.at(later(this.#clock.now(), latency), signal);
    if (met?.when === 'before') await meet(met, host, signal);
    return met;
  }

  async #look<Seen>(call: Call, look: (host: SimulatedHost, now: Instant) => Seen): Promise<Seen> {
    const met = await this.#enter(call);
    if (met !== undefined) await meet(met, call.host, call.signal);
    const now = this.#settled();
    if (!this.#answers(call.host, now))
      throw new HypervisorError('unreachable', `${call.host} does not answer`);
    return look(hostOf(this.#world, call.host), now);
  }

  async #act(call: Call, begin: (host: SimulatedHost, now: Instant) => Begun | null): Promise<void> {
    const met = await this.#enter(call);
    for (let earlier = this.#same(call); earlier !== undefined; earlier = this.#same(call)) {
      // Another caller's, perhaps one that has died: when it is over, the wish holds, or something stands in its way.
      await this.#over(earlier, call);
      if (call.verb === 'restartMachine') return;
    }
    const operation = this.#begin(call, begin);
    if (operation !== null) await this.#over(operation, call);
    if (met !== undefined) await meet(met, call.host, call.signal);
  }

  /** The same verb on the same thing, if it is under way. */
  #same({ verb, host, machine }: Call): Operation | undefined {
    this.#refuseVanished(verb, host);
    this.#settled();
    const other = this.#under(host, machine);
    return other?.verb === verb && other.host === host ? other : undefined;
  }

  /** Begins an operation; null when the wish holds already. */
  #begin(call: Call, begin: (host: SimulatedHost, now: Instant) => Begun | null): Operation | null {
    const { verb, host, machine } = call;
    const now = this.#settled();
    const found = hostOf(this.#world, host);
    const forBoard = verb === 'powerOn' || (verb === 'powerOff' && found.power === 'off');
    if (!forBoard && !this.#answers(host, now))
      throw new HypervisorError('unreachable', `${host} does not answer`);
    const other = this.#under(host, machine);
    if (other !== undefined)
      throw new HypervisorError('busy', `${machine ?? host} is at work: ${other.verb}`);

    const begun = begin(found, now);
    if (begun === null) return null;
    const operation: Operation = {
      ...begun.effect,
      host,
      ends: later(now, scaled(begun.seconds, this.#speed)),
    };
    this.#world.operations.push(operation);
    if (this.#store !== null) saveWorld(this.#store, this.#world);
    return operation;
  }

  async #over({ ends }: Operation, { verb, host, signal }: Call): Promise<void> {
    await this.#clock.at(ends, signal);
    this.#settled();
    if (this.#vanished.has(host) && verb !== 'powerOn')
      throw new HypervisorError('unknown-outcome', `${host} was lost during ${verb}`);
  }

  /** A host's board has power and a network of its own; everything else is cut off with the host. */
  #refuseVanished(verb: Verb, host: HostName): void {
    if (verb !== 'powerOn' && this.#vanished.has(host))
      throw new HypervisorError('unreachable', `${host} does not answer`);
  }

  #under(host: HostName, machine: MachineId | null): Operation | undefined {
    return machine === null ? this.#switching(host) : operationOn(this.#world, machine);
  }

  #begun(effect: Exclude<Effect, { verb: 'migrateMachine' }>): Begun {
    return { effect, seconds: DURATIONS[effect.verb] };
  }

  /** The instant it is, after what has ended by now has taken effect. */
  #settled(): Instant {
    const now = this.#clock.now();
    settle(this.#world, now, this.#pace);
    return now;
  }

  #switching(host: HostName): Operation | undefined {
    return this.#world.operations.find(
      (operation) =>
        operation.host === host && (operation.verb === 'powerOn' || operation.verb === 'powerOff'),
    );
  }

  #answers(name: HostName, now: Instant): boolean {
    const host = hostOf(this.#world, name);
    return (
      host.power === 'on' &&
      now >= host.answersFrom &&
      !this.#vanished.has(name) &&
      this.#switching(name) === undefined
    );
  }

  #refuseWithoutRoom(name: HostName, machine: SimulatedMachine): void {
    const host = this.#configured.find((configured) => configured.name === name);
    const left = (host?.memory ?? 0) - memoryUsed(this.#world, name);
    if (left < machine.memory)
      throw new HypervisorError(
        'no-room',
        `${name} has ${left} MiB of memory left, ${machine.name} takes ${machine.memory}`,
      );
    if ((host?.cores ?? 0) < machine.cores)
      throw new HypervisorError(
        'no-room',
        `${name} has ${host?.cores ?? 0} cores, ${machine.name} takes ${machine.cores}`,
      );
  }

  #machines(host: SimulatedHost, now: Instant): ObservedMachine[] {
    return [...host.machines.values()].map((machine) => this.#observed(machine, now));
  }

  #observed(there: SimulatedMachine, now: Instant): ObservedMachine {
    const { machine, name, cores, memory, upSince } = there;
    const verb = operationOn(this.#world, machine)?.verb;
    const power = verb === 'migrateMachine' ? 'moving' : there.power;
    const address = verb === 'restartMachine' ? null : addressOf(there, now, this.#pace);
    return { machine, name, cores, memory, power, upSince, address };
  }

  #disks(host: SimulatedHost, now: Instant): ObservedDisk[] {
    return [...host.disks.values()].map((disk) => this.#observedDisk(host, disk, now));
  }

  #observedDisk(host: SimulatedHost, disk: SimulatedDisk, now: Instant): ObservedDisk {
    const { machine, image } = disk;
    return { machine, image, size: diskSize(disk, host.machines.get(machine), now, this.#pace) };
  }

  /** Processors busy in percent: each machine has its own habits, which change every ten minutes. */
  #load(name: HostName, now: Instant): number {
    const cores = this.#configured.find((host) => host.name === name)?.cores ?? 1;
    let busy = 0;
    for (const machine of hostOf(this.#world, name).machines.values())
      if (machine.power === 'running')
        busy += (machine.cores * habit(`${machine.machine} ${Math.floor(now / 600)}`)) / 100;
    return Math.min(100, Math.round((100 * busy) / cores));
  }
}

/** Answers as the planned fault has it: it never resolves. */
function meet(planned: PlannedFault, host: HostName, signal: AbortSignal | undefined): Promise<never> {
  const { fault, verb } = planned;
  if (fault !== 'hang')
    return Promise.reject(new HypervisorError(fault, `${verb} at ${host} failed: ${fault}`));
  return new Promise((_, reject) => {
    const give = (): void => reject(signal?.reason as Error);
    if (signal?.aborted === true) give();
    else signal?.addEventListener('abort', give, { once: true });
  });
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

/** Between 3 and 60, the same for the same text (FNV-1a, 32 bits). */
function habit(text: string): number {
  let hash = 0x811c9dc5;
  for (const char of text) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return 3 + (hash % 58);
}
