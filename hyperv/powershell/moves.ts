import type { HostName, MachineId } from '../../policies/model.ts';
import { HypervisorError, type Leftover, type ObservedMachine } from '../hypervisor.ts';
import { given } from './at-work.ts';
import type { HostLoad, Hosts } from './hosts.ts';

type Find = (
  host: HostName,
  machine: MachineId,
  signal?: AbortSignal,
) => Promise<ObservedMachine | undefined>;

interface SeenImage {
  readonly image: string;
  readonly bytes: number;
  /** '' when nobody has calculated it. */
  readonly hash: string;
}

/** How often a move that goes on without us is looked at. */
const LOOK_MS = 2000;

/**
 * Moves of machines between hosts. A move has a lane of its own, so that the host takes other work meanwhile. When its
 * shell is lost, the move is not: Hyper-V goes on with it, and it is found again by looking at both ends.
 */
export class Moves {
  readonly #hosts: Hosts;
  readonly #find: Find;
  /** Moves that began here, by end; the hosts' own count lags behind. */
  readonly #begun = new Map<HostName, number>();

  constructor(hosts: Hosts, find: Find) {
    this.#hosts = hosts;
    this.#find = find;
  }

  async move(
    host: HostName,
    machine: MachineId,
    to: HostName,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const target = await this.#hosts.load(to, signal);
    const here = await this.#find(host, machine, signal);
    if (host === to) {
      if (here === undefined) throw new HypervisorError('missing', `${host} has no machine ${machine}`);
      return;
    }
    const there = await this.#find(to, machine, signal);
    if (here === undefined && there !== undefined) return this.#arrive(host, machine, to, signal);
    if (here?.power === 'off' && there !== undefined && (await this.#isArrived(host, machine, to, signal)))
      return this.#leave(host, machine, signal);
    if (here === undefined) throw new HypervisorError('missing', `${host} has no machine ${machine}`);
    if (here.power !== 'moving') {
      await this.#refuse(host, here, there, to, target, signal);
      if (
        !this.#hosts.areNodes(host, to) &&
        this.#hosts.place(to).share !== null &&
        (await this.#isOff(host, machine, signal))
      )
        return this.#carry(host, machine, to, signal);
    }
    try {
      if (here.power !== 'moving') await this.#send(host, here, to, signal);
      await this.#settle(host, machine, to, signal);
    } catch (error) {
      await this.#takeBack(host, machine, to);
      throw error;
    }
  }

  /** Cancels a move under way; the machine stays where it is. */
  async cancel(host: HostName, machine: MachineId, signal: AbortSignal | undefined): Promise<void> {
    await this.#hosts.ask(host, 'read', 'cancel-move', { machine }, signal);
  }

  /** What stands in the way of a move, before anything is done for it. */
  async #refuse(
    host: HostName,
    here: ObservedMachine,
    there: ObservedMachine | undefined,
    to: HostName,
    target: HostLoad,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const { machine, name, cores, memory, power } = here;
    const { folder } = this.#hosts.place(to);
    const disk = await this.#hosts.read(to, 'find-disk', { folder, machine }, signal);
    if (there !== undefined || disk !== null || (await this.#isPlanned(to, machine, signal)))
      throw new HypervisorError(
        'conflict',
        `${to} holds something of ${machine} already: \`octopus leftovers\` tells what a crash has left`,
      );
    const isWithin = this.#hosts.areNodes(host, to);
    if (!isWithin) await this.#refuseWithoutImage(host, machine, to, signal);
    const source = await this.#hosts.load(host, signal);
    const slots = isWithin ? slotsWithin(source, target) : Math.min(source.movesMax, target.movesMax);
    for (const [end, { moves }] of [
      [host, source],
      [to, target],
    ] as const)
      if (Math.max(moves, this.#begun.get(end) ?? 0) >= slots)
        throw new HypervisorError('busy', `${end} takes part in ${slots} migrations already`);
    if (power === 'running' && target.memoryFree < memory)
      throw new HypervisorError(
        'no-room',
        `${to} has ${target.memoryFree} MiB of memory left, ${name} takes ${memory}`,
      );
    if (target.cores < cores)
      throw new HypervisorError('no-room', `${to} has ${target.cores} cores, ${name} takes ${cores}`);
  }

  /** Hyper-V takes no machine in that it has planned already: what is left of a move whose source has died. */
  async #isPlanned(host: HostName, machine: MachineId, signal: AbortSignal | undefined): Promise<boolean> {
    const { folder } = this.#hosts.place(host);
    const left = (await this.#hosts.read(host, 'list-leftovers', { folder }, signal)) as readonly Leftover[];
    return left.some(({ kind, detail }) => kind === 'planned-machine' && detail === machine);
  }

  /** The disk of a machine that lies on a host, with the image that it stands on; null: there is none. */
  async #diskOf(
    machine: MachineId,
    host: HostName,
    signal: AbortSignal | undefined,
  ): Promise<{ readonly image: string } | null> {
    const { folder } = this.#hosts.place(host);
    const found = await this.#hosts.read(host, 'find-disk', { folder, machine }, signal);
    return found as { readonly image: string } | null;
  }

  /** The child travels alone: what it stands on has to be there already, with the same bytes as far as anybody knows. */
  async #refuseWithoutImage(
    host: HostName,
    machine: MachineId,
    to: HostName,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const disk = await this.#diskOf(machine, host, signal);
    if (disk === null || disk.image === '') return;
    const [mine, theirs] = await Promise.all(
      [host, to].map(async (end) => {
        const args = { folder: this.#hosts.place(end).folder };
        const images = (await this.#hosts.read(end, 'list-images', args, signal)) as readonly SeenImage[];
        return images.find(({ image }) => image === disk.image);
      }),
    );
    if (theirs === undefined)
      throw new HypervisorError('missing', `${to} has no image ${disk.image}: copy it there first`);
    const isOther =
      mine !== undefined &&
      (mine.bytes !== theirs.bytes || (mine.hash !== '' && theirs.hash !== '' && mine.hash !== theirs.hash));
    if (isOther)
      throw new HypervisorError(
        'base-changed',
        `the image ${disk.image} has other bytes on ${to} than on ${host}: machines cannot move between them`,
      );
  }

  async #send(
    host: HostName,
    { machine }: ObservedMachine,
    to: HostName,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const { folder } = this.#hosts.place(host);
    const { folder: toFolder, peer } = this.#hosts.place(to);
    const within = this.#hosts.areNodes(host, to);
    const args = { folder, machine, to: peer ?? to, toFolder, within };
    for (const end of [host, to]) this.#begun.set(end, (this.#begun.get(end) ?? 0) + 1);
    try {
      await this.#hosts.ask(host, 'move', 'move-machine', args, signal);
    } catch (error) {
      // The shell is lost, not the move: what became of it is looked for.
      if (!(error instanceof HypervisorError && error.fault === 'unknown-outcome')) throw error;
    } finally {
      for (const end of [host, to]) this.#begun.set(end, (this.#begun.get(end) ?? 1) - 1);
    }
  }

  /**
   * A machine that is off travels without its base image: its own files are copied, registered on the other host under the
   * same Hyper-V id, and removed here when they are seen there. Cut short anywhere, it is off at both ends at worst.
   */
  async #carry(
    host: HostName,
    machine: MachineId,
    to: HostName,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const { folder } = this.#hosts.place(host);
    const { folder: toFolder, share, switch: network } = this.#hosts.place(to);
    const disk = await this.#diskOf(machine, host, signal);
    if (disk === null) throw new HypervisorError('missing', `${host} has no disk of ${machine}`);
    const { id } = (await this.#hosts.ask(
      host,
      'move',
      'send-machine',
      { folder, machine, share },
      signal,
    )) as {
      readonly id: string;
    };
    const args = { folder: toFolder, machine, id, image: disk.image, network };
    await this.#hosts.ask(to, 'move', 'receive-machine', args, signal);
    if ((await this.#find(to, machine, signal)) === undefined)
      throw new HypervisorError('unknown-outcome', `${machine} was registered on ${to} and is not there`);
    await this.#leave(host, machine, signal);
  }

  /** Off, and not saved: what was saved can be copied no more than what runs. */
  async #isOff(host: HostName, machine: MachineId, signal: AbortSignal | undefined): Promise<boolean> {
    const seen = (await this.#hosts.read(host, 'find-machine', { machine }, signal)) as {
      readonly state: string;
    } | null;
    return seen?.state === 'Off';
  }

  /** Whether both ends have the very same machine: a cold move that was cut short before its last step. */
  async #isArrived(
    host: HostName,
    machine: MachineId,
    to: HostName,
    signal: AbortSignal | undefined,
  ): Promise<boolean> {
    const [here, there] = (await Promise.all(
      [host, to].map((end) => this.#hosts.read(end, 'find-machine', { machine }, signal)),
    )) as readonly ({ readonly id: string } | null)[];
    return here != null && here.id === there?.id;
  }

  async #leave(host: HostName, machine: MachineId, signal: AbortSignal | undefined): Promise<void> {
    const { folder } = this.#hosts.place(host);
    await this.#hosts.write(host, 'remove-machine', { folder, machine }, signal);
    await this.#clear(host, machine, signal);
  }

  /** Follows a move to its end, and clears the source when the machine has arrived. */
  async #settle(
    host: HostName,
    machine: MachineId,
    to: HostName,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    for (;;) {
      const here = await this.#find(host, machine, signal);
      if (here === undefined) break;
      if (here.power !== 'moving')
        throw new HypervisorError('unknown-outcome', `${machine} did not move and is still on ${host}`);
      await pause(signal);
    }
    if ((await this.#find(to, machine, signal)) === undefined)
      throw new HypervisorError('unknown-outcome', `${machine} has left ${host} and is not on ${to}`);
    await this.#arrive(host, machine, to, signal);
  }

  /** The machine is seen at the target: it is made highly available where it has come to a cluster, and the source forgets it. */
  async #arrive(
    host: HostName,
    machine: MachineId,
    to: HostName,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    if (this.#hosts.areNodes(host, to)) return;
    await this.#join(to, machine, signal);
    await this.#clear(host, machine, signal);
  }

  async #join(host: HostName, machine: MachineId, signal: AbortSignal | undefined): Promise<void> {
    const { folder, failoverCluster } = this.#hosts.place(host);
    if (failoverCluster !== null) await this.#hosts.write(host, 'join-cluster', { folder, machine }, signal);
  }

  /** A move that has ended without its machine leaves at the target what Hyper-V has begun there, which is of no use to anybody. */
  async #takeBack(host: HostName, machine: MachineId, to: HostName): Promise<void> {
    try {
      // A move whose shell was lost may have just begun: what it needs at the target is not touched.
      await pause(undefined);
      const here = await this.#find(host, machine);
      if (here === undefined || here.power === 'moving') return;
      if (await this.#isPlanned(to, machine, undefined)) return;
      await this.#join(host, machine, undefined);
      if (!this.#hosts.areNodes(host, to)) await this.#clear(to, machine, undefined);
    } catch (error) {
      // Why it has ended is what its caller hears; what stays is found as a leftover.
      if (!(error instanceof HypervisorError)) throw error;
    }
  }

  async #clear(host: HostName, machine: MachineId, signal: AbortSignal | undefined): Promise<void> {
    const { folder } = this.#hosts.place(host);
    await this.#hosts.write(host, 'after-move', { folder, machine }, signal);
  }
}

/** The cluster's limit goes before those of its nodes; what it does not tell does not bind. */
function slotsWithin(source: HostLoad, target: HostLoad): number {
  const { clusterMovesMax } = source;
  return Math.min(
    source.liveMovesMax,
    target.liveMovesMax,
    clusterMovesMax === 0 ? Infinity : clusterMovesMax,
  );
}

function pause(signal: AbortSignal | undefined): Promise<void> {
  return given(
    signal,
    new Promise((resolve) => {
      setTimeout(resolve, LOOK_MS);
    }),
  );
}
