import type { Clock, HostInventory, HostName, Instant, MachineId, Seconds } from '../../policies/model.ts';
import { HypervisorError } from '../hypervisor.ts';
import { later, scaled } from './durations.ts';
import { Faults, meet, type PlannedFault, type Verb } from './faults.ts';
import { loadWorld, saveWorld } from './store.ts';
import {
  hostOf,
  memoryUsed,
  operationOn,
  settle,
  type Effect,
  type Operation,
  type Pace,
  type SimulatedHost,
  type SimulatedMachine,
  type World,
} from './world.ts';

/** A call of a verb, on its way to a host. */
export interface Call {
  readonly verb: Verb;
  readonly host: HostName;
  readonly machine: MachineId | null;
  readonly signal: AbortSignal | undefined;
}

/** What a verb has decided to do, and how long it takes on a real host. */
export interface Begun {
  readonly effect: Effect;
  readonly seconds: Seconds;
}

export interface ClusterOptions {
  readonly clock: Clock;
  readonly hosts: readonly HostInventory[];
  readonly pace: Pace;
  readonly speed: number;
  readonly store: string | null;
}

/**
 * The simulated hosts as their verbs reach them: what answers, what meets a fault, what is under way.
 *
 * An operation is written to the store when it begins, with the instant at which it ends, and takes effect by time: a
 * caller that gives up, or dies, changes nothing of it. Between two waits everything happens at once, so what one call
 * has found to hold still holds when it acts.
 */
export class Cluster {
  readonly world: World;
  readonly pace: Pace;
  readonly faults = new Faults();
  readonly vanished = new Set<HostName>();
  readonly latency = new Map<HostName, Seconds>();
  readonly #clock: Clock;
  readonly #configured: ReadonlyMap<HostName, HostInventory>;
  readonly #speed: number;
  readonly #store: string | null;

  constructor({ clock, hosts, pace, speed, store }: ClusterOptions) {
    this.pace = pace;
    this.#clock = clock;
    this.#configured = new Map(hosts.map((host) => [host.name, host]));
    this.#speed = speed;
    this.#store = store;
    this.world = (store === null ? undefined : loadWorld(store)) ?? {
      hosts: new Map(),
      operations: [],
      addresses: 0,
    };
    for (const { name, power } of hosts)
      if (!this.world.hosts.has(name))
        this.world.hosts.set(name, {
          power,
          answersFrom: 0 as Instant,
          machines: new Map(),
          disks: new Map(),
        });
  }

  /** The hosts of the site, in its order. */
  configured(): Iterable<HostInventory> {
    return this.#configured.values();
  }

  coresOf(name: HostName): number {
    return this.#configured.get(name)?.cores ?? 1;
  }

  /** A call on its way to the host: it may be slow, and may meet a fault before anything happens. Returns one for later. */
  async enter({ verb, host, machine, signal }: Call): Promise<PlannedFault | undefined> {
    signal?.throwIfAborted();
    hostOf(this.world, host);
    const met = this.faults.meet(verb, host, machine);
    const latency = this.latency.get(host);
    if (latency !== undefined) await this.#clock.at(later(this.#clock.now(), latency), signal);
    if (met?.when === 'before') await meet(met, host, signal);
    return met;
  }

  /** A look at the host, as it is at this instant. */
  async look<Seen>(call: Call, look: (host: SimulatedHost, now: Instant) => Seen): Promise<Seen> {
    const met = await this.enter(call);
    if (met !== undefined) await meet(met, call.host, call.signal);
    const now = this.settled();
    if (!this.answers(call.host, now))
      throw new HypervisorError('unreachable', `${call.host} does not answer`);
    return look(hostOf(this.world, call.host), now);
  }

  /** A wish: `begin` looks and decides, throws what stands in its way, and says null when the wish holds already. */
  async act(call: Call, begin: (host: SimulatedHost, now: Instant) => Begun | null): Promise<void> {
    const met = await this.enter(call);
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
    this.settled();
    const other = this.#under(host, machine);
    return other?.verb === verb && other.host === host ? other : undefined;
  }

  /** Begins an operation; null when the wish holds already. */
  #begin(call: Call, begin: (host: SimulatedHost, now: Instant) => Begun | null): Operation | null {
    const { verb, host, machine } = call;
    const now = this.settled();
    const found = hostOf(this.world, host);
    const forBoard = verb === 'powerOn' || (verb === 'powerOff' && found.power === 'off');
    if (!forBoard && !this.answers(host, now))
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
    this.world.operations.push(operation);
    if (this.#store !== null) saveWorld(this.#store, this.world);
    return operation;
  }

  /** A migration from this host is given up before it took effect. */
  cancel(host: HostName, machine: MachineId): void {
    this.world.operations = this.world.operations.filter(
      (other) => !(other.verb === 'migrateMachine' && other.host === host && other.machine === machine),
    );
    if (this.#store !== null) saveWorld(this.#store, this.world);
  }

  async #over({ ends }: Operation, { verb, host, signal }: Call): Promise<void> {
    await this.#clock.at(ends, signal);
    this.settled();
    if (this.vanished.has(host) && verb !== 'powerOn')
      throw new HypervisorError('unknown-outcome', `${host} was lost during ${verb}`);
  }

  /** A host's board has power and a network of its own; everything else is cut off with the host. */
  #refuseVanished(verb: Verb, host: HostName): void {
    if (verb !== 'powerOn' && this.vanished.has(host))
      throw new HypervisorError('unreachable', `${host} does not answer`);
  }

  #under(host: HostName, machine: MachineId | null): Operation | undefined {
    return machine === null ? this.#switching(host) : operationOn(this.world, machine);
  }

  /** The instant it is, after what has ended by now has taken effect. */
  settled(): Instant {
    const now = this.#clock.now();
    settle(this.world, now, this.pace);
    return now;
  }

  #switching(host: HostName): Operation | undefined {
    return this.world.operations.find(
      (operation) =>
        operation.host === host && (operation.verb === 'powerOn' || operation.verb === 'powerOff'),
    );
  }

  /** Whether the host is on, has booted, and can be reached. */
  answers(name: HostName, now: Instant): boolean {
    const host = hostOf(this.world, name);
    return (
      host.power === 'on' &&
      now >= host.answersFrom &&
      !this.vanished.has(name) &&
      this.#switching(name) === undefined
    );
  }

  /** Throws `no-room` when the machine does not fit beside what runs on the host and what is on its way there. */
  refuseWithoutRoom(name: HostName, machine: SimulatedMachine): void {
    const { memory = 0, cores = 0 } = this.#configured.get(name) ?? {};
    const left = memory - memoryUsed(this.world, name);
    if (left < machine.memory)
      throw new HypervisorError(
        'no-room',
        `${name} has ${left} MiB of memory left, ${machine.name} takes ${machine.memory}`,
      );
    if (cores < machine.cores)
      throw new HypervisorError(
        'no-room',
        `${name} has ${cores} cores, ${machine.name} takes ${machine.cores}`,
      );
  }
}
