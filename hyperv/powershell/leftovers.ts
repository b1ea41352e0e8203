import type { HostName } from '../../policies/model.ts';
import { HypervisorError, type Leftover } from '../hypervisor.ts';
import { given } from './at-work.ts';
import type { Hosts } from './hosts.ts';

/** What crashes have left on the hosts. A host knows what it is at; what arrives from another one, only both know. */
export class Leftovers {
  readonly #hosts: Hosts;

  constructor(hosts: Hosts) {
    this.#hosts = hosts;
  }

  async list(host: HostName, signal: AbortSignal | undefined): Promise<readonly Leftover[]> {
    const { folder } = this.#hosts.place(host);
    const found = await this.#hosts.read(host, 'list-leftovers', { folder }, signal);
    const leftovers = found as readonly Leftover[];
    if (!leftovers.some(({ kind }) => kind === 'planned-machine')) return leftovers;
    const moving = await this.#moving(signal);
    return leftovers.filter(
      ({ kind, name }) => kind !== 'planned-machine' || !moving.has(name.toLowerCase()),
    );
  }

  async clean(
    host: HostName,
    { kind, name, detail }: Leftover,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const { folder } = this.#hosts.place(host);
    if (kind === 'planned-machine' && (await this.#moving(signal)).has(name.toLowerCase()))
      throw new HypervisorError('busy', `${detail === '' ? name : detail} is on its way to ${host}`);
    await given(signal, this.#hosts.write(host, 'clean-leftover', { folder, kind, name }, signal));
  }

  /**
   * Hyper-V's ids of our machines that are on their way. A host that does not answer is passed over: one that has died in
   * the middle of a move is what leaves planned machines, and a move that is taken back leaves its machine where it was.
   */
  async #moving(signal: AbortSignal | undefined): Promise<ReadonlySet<string>> {
    const moving = new Set<string>();
    const looks = this.#hosts.all().map(async ({ name }) => {
      try {
        const machines = await this.#hosts.read(name, 'list-machines', {}, signal);
        for (const { id, power } of machines as readonly { readonly id: string; readonly power: string }[])
          if (power === 'moving') moving.add(id.toLowerCase());
      } catch (error) {
        if (!(error instanceof HypervisorError)) throw error;
      }
    });
    await Promise.all(looks);
    return moving;
  }
}
