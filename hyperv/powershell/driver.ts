import { gzipSync } from 'node:zlib';
import type {
  HostInventory,
  HostName,
  HostSample,
  Image,
  ImageName,
  Instant,
  MachineId,
  MachineName,
  Mib,
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
import { seedImage } from '../seed/seed-image.ts';
import { AtWork } from './at-work.ts';
import { HostPower } from './host-power.ts';
import { Hosts, type SeenSeed } from './hosts.ts';
import { Images } from './images.ts';
import { Leftovers } from './leftovers.ts';
import { Moves } from './moves.ts';
import type { DriverOptions } from './options.ts';
import { Uptimes } from './uptimes.ts';

/** A machine as the module shows it. */
interface SeenMachine {
  readonly machine: MachineId;
  readonly image: ImageName;
  readonly name: MachineName;
  readonly cores: number;
  readonly memory: Mib;
  readonly state: string;
  readonly power: 'running' | 'off' | 'moving';
  readonly uptimeMs: number;
  readonly address: string | null;
}

interface SeenDisk {
  readonly machine: MachineId;
  readonly image: ImageName;
  readonly size: Mib;
}

/** In calls, 0 stands for static memory and for what is left as it is. */
const STATIC = 0;
const AS_IT_IS = 0;

/**
 * Hyper-V hosts by PowerShell.
 *
 * Nothing is remembered that a host could be asked for, and nothing is sent twice: a call whose answer is lost is a
 * fault, and whoever wants to know what became of it looks. Every verb of the module looks before it acts.
 */
export class PowerShellHypervisor implements Hypervisor {
  readonly #hosts: Hosts;
  readonly #configured: readonly Image[];
  readonly #images: Images;
  readonly #leftovers: Leftovers;
  readonly #atWork = new AtWork();
  readonly #uptimes: Uptimes;
  readonly #moves: Moves;
  readonly #memoryMin: Mib;
  readonly #shutDownSeconds: number;
  readonly #power: HostPower;

  constructor(options: DriverOptions) {
    const { hosts, images, clock, environment, writes = 3, patience = 1, log = () => undefined } = options;
    this.#hosts = new Hosts({ hosts, environment, writes, keepsModule: true, patience, log });
    this.#configured = images;
    this.#images = new Images(this.#hosts);
    this.#leftovers = new Leftovers(this.#hosts);
    this.#uptimes = new Uptimes(clock);
    this.#moves = new Moves(this.#hosts, (host, machine, signal) => this.findMachine(host, machine, signal));
    this.#memoryMin = options.memoryMin ?? STATIC;
    this.#shutDownSeconds = options.shutDownSeconds ?? 300;
    this.#power = new HostPower(
      this.#hosts,
      (host, signal) => this.sample(host, signal),
      options.silenceSeconds ?? 30,
    );
  }

  /** Ends all shells. What they are at goes on at the hosts, or not. */
  close(): void {
    this.#hosts.close();
  }

  // Looking.

  hosts(): Promise<readonly HostInventory[]> {
    return Promise.all(
      this.#hosts.all().map(async ({ name, cores, memory }) => {
        const { power } = await this.sample(name);
        return { name, cores, memory, power };
      }),
    );
  }

  images(): Promise<readonly Image[]> {
    return Promise.resolve(this.#configured);
  }

  async sample(name: HostName, signal?: AbortSignal): Promise<HostSample> {
    const host = this.#hosts.place(name);
    try {
      const { load, resting, seeds } = await this.#hosts.load(name, signal);
      this.#power.heard(name);
      if (resting) await this.#resume(name);
      for (const seed of seeds) if (this.#isRead(seed)) await this.#eject(name, seed.machine);
      return { name, reachable: true, power: 'on', load };
    } catch (error) {
      if (!(error instanceof HypervisorError)) throw error;
      return { name, reachable: false, power: await this.#power.of(host, signal), load: 0 };
    }
  }

  async listMachines(host: HostName, signal?: AbortSignal): Promise<readonly ObservedMachine[]> {
    const asked = this.#uptimes.now();
    const seen = (await this.#hosts.read(host, 'list-machines', {}, signal)) as readonly SeenMachine[];
    return seen.map((machine) => this.#observed(machine, asked));
  }

  async listDisks(host: HostName, signal?: AbortSignal): Promise<readonly ObservedDisk[]> {
    const { folder } = this.#hosts.place(host);
    const seen = (await this.#hosts.read(host, 'list-disks', { folder }, signal)) as readonly SeenDisk[];
    return seen.map(({ machine, image, size }) => ({ machine, image, size }));
  }

  async findMachine(
    host: HostName,
    machine: MachineId,
    signal?: AbortSignal,
  ): Promise<ObservedMachine | undefined> {
    const asked = this.#uptimes.now();
    const seen = (await this.#hosts.read(host, 'find-machine', { machine }, signal)) as SeenMachine | null;
    return seen === null ? undefined : this.#observed(seen, asked);
  }

  async findDisk(
    host: HostName,
    machine: MachineId,
    signal?: AbortSignal,
  ): Promise<ObservedDisk | undefined> {
    const { folder } = this.#hosts.place(host);
    const seen = (await this.#hosts.read(host, 'find-disk', { folder, machine }, signal)) as SeenDisk | null;
    return seen === null ? undefined : { machine: seen.machine, image: seen.image, size: seen.size };
  }

  // Acting.

  createDifferencingDisk(
    host: HostName,
    machine: MachineId,
    image: ImageName,
    signal?: AbortSignal,
  ): Promise<void> {
    return this.#act(host, machine, 'create-disk', { image }, signal);
  }

  deleteDisk(host: HostName, machine: MachineId, signal?: AbortSignal): Promise<void> {
    return this.#act(host, machine, 'delete-disk', {}, signal);
  }

  defineMachine(host: HostName, definition: MachineDefinition, signal?: AbortSignal): Promise<void> {
    const { machine, name, image, cores, memory } = definition;
    this.#uptimes.forget(machine);
    const { switch: network } = this.#hosts.place(host);
    const system = this.#configured.find((each) => each.name === image)?.os ?? 'linux';
    const memoryMin = Math.min(this.#memoryMin, memory);
    const args = { name, image, cores, memory, memoryMin, network, system };
    return this.#act(host, machine, 'define-machine', args, signal);
  }

  removeMachine(host: HostName, machine: MachineId, signal?: AbortSignal): Promise<void> {
    return this.#act(host, machine, 'remove-machine', {}, signal);
  }

  async startMachine(host: HostName, machine: MachineId, signal?: AbortSignal): Promise<void> {
    await this.#act(host, machine, 'start-machine', {}, signal);
  }

  async stopMachine(host: HostName, machine: MachineId, signal?: AbortSignal): Promise<void> {
    await this.#act(host, machine, 'stop-machine', { seconds: this.#shutDownSeconds }, signal);
    this.#uptimes.forget(machine);
  }

  async restartMachine(host: HostName, machine: MachineId, signal?: AbortSignal): Promise<void> {
    const restart = async (): Promise<void> => {
      await this.#hosts.write(host, 'restart-machine', this.#at(host, machine, {}), signal);
      this.#uptimes.forget(machine);
    };
    while ((await this.#begin(machine, host, { verb: 'restart-machine' }, signal, restart)) === 'joined');
  }

  async migrateMachine(
    host: HostName,
    machine: MachineId,
    to: HostName,
    signal?: AbortSignal,
  ): Promise<void> {
    const move = (): Promise<void> => this.#moves.move(host, machine, to, signal);
    while ((await this.#begin(machine, host, { verb: `migrate to ${to}` }, signal, move)) === 'joined');
  }

  async cancelMigration(host: HostName, machine: MachineId, signal?: AbortSignal): Promise<void> {
    await this.#moves.cancel(host, machine, signal);
  }

  // Seeds, sizes, checkpoints.

  seedMachine(host: HostName, machine: MachineId, seed: Seed, signal?: AbortSignal): Promise<void> {
    const image = gzipSync(seedImage(machine, seed)).toString('base64');
    return this.#act(host, machine, 'seed-machine', { seed: image }, signal);
  }

  resizeMachine(
    host: HostName,
    machine: MachineId,
    { cores = AS_IT_IS, memory = AS_IT_IS, disk = AS_IT_IS }: Parameters<Hypervisor['resizeMachine']>[2],
    signal?: AbortSignal,
  ): Promise<void> {
    const args = { cores, memory, memoryMin: this.#memoryMin, disk };
    return this.#act(host, machine, 'resize-machine', args, signal);
  }

  async saveMachine(host: HostName, machine: MachineId, signal?: AbortSignal): Promise<void> {
    await this.#act(host, machine, 'save-machine', {}, signal);
    this.#uptimes.forget(machine);
  }

  async listCheckpoints(
    host: HostName,
    machine: MachineId,
    signal?: AbortSignal,
  ): Promise<readonly Checkpoint[]> {
    return (await this.#hosts.read(host, 'list-checkpoints', { machine }, signal)) as readonly Checkpoint[];
  }

  createCheckpoint(host: HostName, machine: MachineId, name: string, signal?: AbortSignal): Promise<void> {
    return this.#act(host, machine, 'create-checkpoint', { name }, signal);
  }

  restoreCheckpoint(host: HostName, machine: MachineId, name: string, signal?: AbortSignal): Promise<void> {
    return this.#act(host, machine, 'restore-checkpoint', { name }, signal);
  }

  deleteCheckpoint(host: HostName, machine: MachineId, name: string, signal?: AbortSignal): Promise<void> {
    return this.#act(host, machine, 'delete-checkpoint', { name }, signal);
  }

  // Images and leftovers.

  listImages(host: HostName, signal?: AbortSignal): Promise<readonly ObservedImage[]> {
    return this.#images.list(host, signal);
  }

  /** `anew`: from the bytes as they are now, whatever is known of the file. */
  hashImage(host: HostName, image: ImageName, signal?: AbortSignal, anew = false): Promise<string> {
    return this.#images.hash(host, image, { anew, signal });
  }

  async copyImage(host: HostName, image: ImageName, to: HostName, signal?: AbortSignal): Promise<void> {
    this.#images.shareOf(to);
    const copy = (): Promise<void> => this.#images.copy(host, image, to, signal);
    const wish = { verb: 'copy-image', args: { host } };
    while ((await this.#begin(`${image} to ${to}`, to, wish, signal, copy)) === 'joined');
  }

  listLeftovers(host: HostName, signal?: AbortSignal): Promise<readonly Leftover[]> {
    return this.#leftovers.list(host, signal);
  }

  cleanLeftover(host: HostName, leftover: Leftover, signal?: AbortSignal): Promise<void> {
    return this.#leftovers.clean(host, leftover, signal);
  }

  // Power of hosts.

  async powerOff(host: HostName, signal?: AbortSignal): Promise<void> {
    const off = (): Promise<void> => this.#power.off(host, signal);
    while ((await this.#begin(host, host, { verb: 'shut-down-host' }, signal, off)) === 'joined');
  }

  powerOn(host: HostName, signal?: AbortSignal): Promise<void> {
    return this.#power.on(host, signal);
  }

  // Below: what the verbs share.

  /** A verb about one machine: one at a time, joined by whoever wants the same, and looked at again afterwards. */
  async #act(
    host: HostName,
    machine: MachineId,
    verb: string,
    args: Readonly<Record<string, unknown>>,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const work = (): Promise<void> => this.#hosts.write(host, verb, this.#at(host, machine, args), signal);
    while ((await this.#begin(machine, host, { verb, args }, signal, work)) === 'joined');
  }

  #begin(
    subject: string,
    host: HostName,
    wish: { readonly verb: string; readonly args?: unknown },
    signal: AbortSignal | undefined,
    work: () => Promise<void>,
  ): Promise<'done' | 'joined'> {
    return this.#atWork.begin(subject, host, wish, work, signal);
  }

  #at(
    host: HostName,
    machine: MachineId,
    args: Readonly<Record<string, unknown>>,
  ): Readonly<Record<string, unknown>> {
    return { folder: this.#hosts.place(host).folder, machine, ...args };
  }

  #observed(seen: SeenMachine, asked: Instant): ObservedMachine {
    const { machine, name, cores, memory, power, uptimeMs, address } = seen;
    const upSince: Instant | null = power === 'off' ? null : this.#uptimes.since(machine, uptimeMs, asked);
    return { machine, name, cores, memory, power, upSince, address };
  }

  /** Linux has read its seed before it has a network. Windows says so itself when its setup has ended. */
  #isRead({ image, address, word }: SeenSeed): boolean {
    const os = this.#configured.find(({ name }) => name === image)?.os ?? 'linux';
    return os === 'windows' ? word : address;
  }

  /** Nobody waits for it, and whoever is at work with the machine goes first: the next sample tries again. */
  async #eject(host: HostName, machine: MachineId): Promise<void> {
    try {
      await this.#act(host, machine, 'eject-seed', {}, undefined);
    } catch (error) {
      if (!(error instanceof HypervisorError)) throw error;
    }
  }

  /** A node that was emptied to be switched off and is up takes machines in again. Not while it is being switched off. */
  async #resume(host: HostName): Promise<void> {
    const { folder } = this.#hosts.place(host);
    const resume = (): Promise<void> => this.#hosts.write(host, 'resume-host', { folder });
    try {
      await this.#begin(host, host, { verb: 'resume-host' }, undefined, resume);
    } catch (error) {
      // The next sample tries again.
      if (!(error instanceof HypervisorError)) throw error;
    }
  }
}
