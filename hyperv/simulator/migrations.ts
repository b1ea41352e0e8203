import type { HostName, MachineId } from '../../policies/model.ts';
import { HypervisorError, type Hypervisor } from '../hypervisor.ts';
import type { Care } from './care.ts';
import type { Cluster } from './cluster.ts';
import { MIGRATIONS_MAX, migrationSeconds, type Network } from './durations.ts';
import { diskSize, hostOf, migrationsAt } from './world.ts';

type Part = Pick<Hypervisor, 'migrateMachine' | 'cancelMigration'>;

/** Live migrations with the machine's own disk, and moves of what is off. */
export class Migrations implements Part {
  readonly #cluster: Cluster;
  readonly #care: Care;
  readonly #network: Network;

  constructor(cluster: Cluster, care: Care, network: Network) {
    this.#cluster = cluster;
    this.#care = care;
    this.#network = network;
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
      if (image !== undefined && !this.#care.imagesAt(hostOf(this.#cluster.world, to)).includes(image))
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
}
