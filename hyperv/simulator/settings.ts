import { isDeepStrictEqual } from 'node:util';
import type { HostName, MachineId } from '../../policies/model.ts';
import { HypervisorError, type Checkpoint, type Hypervisor, type Seed } from '../hypervisor.ts';
import type { Cluster } from './cluster.ts';
import { DISK_VIRTUAL, DURATIONS } from './durations.ts';
import { begun, existing, stillRunning } from './wishes.ts';
import type { SimulatedMachine } from './world.ts';

type Part = Pick<
  Hypervisor,
  | 'seedMachine'
  | 'resizeMachine'
  | 'saveMachine'
  | 'listCheckpoints'
  | 'createCheckpoint'
  | 'restoreCheckpoint'
  | 'deleteCheckpoint'
>;

/** What is set of a machine that is there: its seed, its sizes, its saved states. */
export class Settings implements Part {
  readonly #cluster: Cluster;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

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
}
