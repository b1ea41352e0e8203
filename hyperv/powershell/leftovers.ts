import type { HostName } from '../../policies/model.ts';
import { HypervisorError, type Leftover } from '../hypervisor.ts';
import { given } from './at-work.ts';
import type { Hosts } from './hosts.ts';

/** What the module says of a folder in which the configuration of some machine lies. */
const CONFIGURED = 'with a configuration';

/** What crashes have left on the hosts. A host knows what it is at; what arrives from another one, only both know. */
export class Leftovers {
  readonly #hosts: Hosts;

  constructor(hosts: Hosts) {
    this.#hosts = hosts;
  }

  async list(host: HostName, signal: AbortSignal | undefined): Promise<readonly Leftover[]> {
    const { folder } = this.#hosts.place(host);
    const found = await this.#hosts.read(host, 'list-leftovers', { folder }, signal);
    const alone = await this.#withoutMoving(found as readonly Leftover[], signal);
    return this.#withoutOthers(host, alone, signal);
  }

  async clean(host: HostName, leftover: Leftover, signal: AbortSignal | undefined): Promise<void> {
    const { kind, name, detail } = leftover;
    const { folder } = this.#hosts.place(host);
    if ((await this.#withoutMoving([leftover], signal)).length === 0)
      throw new HypervisorError('busy', `${detail === '' ? name : detail} is on its way to ${host}`);
    if (kind === 'folder-without-machine') await this.#refuseInUse(host, name, signal);
    await given(signal, this.#hosts.write(host, 'clean-leftover', { folder, kind, name }, signal));
  }

  async #withoutMoving(
    leftovers: readonly Leftover[],
    signal: AbortSignal | undefined,
  ): Promise<readonly Leftover[]> {
    if (!leftovers.some(({ kind }) => kind === 'planned-machine')) return leftovers;
    const moving = await this.#moving(signal);
    return leftovers.filter(
      ({ kind, name }) => kind !== 'planned-machine' || !moving.has(name.toLowerCase()),
    );
  }

  /**
   * Nodes of a failover cluster have one folder: what lies in it is told of the first that answers, and is left over when
   * no node has it. A folder with a configuration may be that of a machine on a node that does not answer.
   */
  async #withoutOthers(
    host: HostName,
    leftovers: readonly Leftover[],
    signal: AbortSignal | undefined,
  ): Promise<readonly Leftover[]> {
    const nodes = this.#nodes(host);
    if (nodes.length === 1 || leftovers.length === 0) return leftovers;
    const used = await Promise.all(nodes.map((node) => this.#used(node, signal)));
    const speaks = nodes.find((_, index) => used[index] !== null) === host;
    return leftovers.filter(({ kind, name, detail }) => {
      if (kind === 'planned-machine' || kind === 'untagged-machine') return true;
      if (!speaks || kind !== 'folder-without-machine') return speaks;
      return used.every((names) => (names === null ? detail !== CONFIGURED : !names.has(name)));
    });
  }

  /** The node itself looks at its own machines. */
  async #refuseInUse(host: HostName, machine: string, signal: AbortSignal | undefined): Promise<void> {
    const others = this.#nodes(host).filter((node) => node !== host);
    if (others.length === 0) return;
    const { folder } = this.#hosts.place(host);
    const found = await this.#hosts.read(host, 'list-leftovers', { folder }, signal);
    const isConfigured = (found as readonly Leftover[]).some(
      ({ kind, name, detail }) =>
        kind === 'folder-without-machine' && name === machine && detail === CONFIGURED,
    );
    for (const node of others) {
      const used = await this.#used(node, signal);
      if (used === null && isConfigured)
        throw new HypervisorError('unreachable', `${node} does not answer, and may have ${machine}`);
      if (used?.has(machine) === true) throw new HypervisorError('conflict', `${machine} is on ${node}`);
    }
  }

  #nodes(host: HostName): readonly HostName[] {
    return this.#hosts
      .all()
      .map(({ name }) => name)
      .filter((name) => name === host || this.#hosts.areNodes(host, name));
  }

  /** The folders in which machines of a host live, with our tag or without; null when it does not answer. */
  async #used(host: HostName, signal: AbortSignal | undefined): Promise<ReadonlySet<string> | null> {
    const { folder } = this.#hosts.place(host);
    try {
      const machines = await this.#hosts.read(host, 'list-machines', {}, signal);
      const left = await this.#hosts.read(host, 'list-leftovers', { folder }, signal);
      const untagged = (left as readonly Leftover[]).filter(({ kind }) => kind === 'untagged-machine');
      const tagged = (machines as readonly { readonly machine: string }[]).map(({ machine }) => machine);
      return new Set([...tagged, ...untagged.map(({ name }) => name)]);
    } catch (error) {
      if (error instanceof HypervisorError) return null;
      throw error;
    }
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
