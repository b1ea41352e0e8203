import type { HostName, ImageName, MachineId, Mib } from '../../policies/model.ts';
import { HypervisorError } from '../hypervisor.ts';
import { given } from './at-work.ts';
import { call, NoAnswer, type Answer } from './call.ts';
import { deadlineOf, OPENING_MS } from './deadlines.ts';
import type { DriverHost } from './options.ts';
import { classified, opening } from './faults.ts';
import { hostModule, prepare, type HostModule } from './module.ts';
import { Pool, type Lane } from './pool.ts';
import { Shell, ShellLost } from './shell.ts';

export type HostPlace = DriverHost;

/** What a host says of its load. */
export interface HostLoad {
  /** Processors busy in percent. */
  readonly load: number;
  readonly cores: number;
  readonly memory: Mib;
  readonly memoryFree: Mib;
  /** Moves under way from this host, and how many it lets happen at a time. */
  readonly moves: number;
  readonly movesMax: number;
  /** The same without storage, and how many its failover cluster lets happen; 0 where there is none. */
  readonly liveMovesMax: number;
  readonly clusterMovesMax: number;
  /** A node that was suspended to be switched off. */
  readonly resting: boolean;
  /** Seeds that are in the drives of running machines. */
  readonly seeds: readonly SeenSeed[];
  readonly movesEnabled: boolean;
  readonly name: string;
}

/** A seed that is still in a drive, and whether the guest has an address, or has said that it has read it. */
export interface SeenSeed {
  readonly machine: MachineId;
  readonly image: ImageName;
  readonly address: boolean;
  readonly word: boolean;
}

export interface HostsOptions {
  readonly hosts: readonly DriverHost[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly writes: number;
  /** Whether the module may be written to the hosts, once per version; else it is loaded into memory, shell by shell. */
  readonly keepsModule: boolean;
  /** How much longer than usual an answer is waited for; left out: 1. */
  readonly patience?: number;
  readonly log: (sentence: string) => void;
}

type Args = Readonly<Record<string, unknown>>;

/** Moves that this process follows at a host at a time; Hyper-V's own limits are looked at before each. */
const MOVES = 8;

/** The hosts as calls reach them: shells by lane, deadlines, and every failure as a fault with a sentence. */
export class Hosts {
  readonly #places: ReadonlyMap<HostName, DriverHost>;
  readonly #pools: ReadonlyMap<HostName, Pool>;
  readonly #patience: number;
  readonly #log: (sentence: string) => void;
  readonly #module: HostModule = hostModule();
  #isClosed = false;

  constructor({ hosts, environment, writes, keepsModule, patience = 1, log }: HostsOptions) {
    this.#places = new Map(hosts.map((host) => [host.name, host]));
    this.#log = log;
    this.#patience = patience;
    this.#pools = new Map(
      hosts.map((host) => [
        host.name,
        new Pool(() => this.#open(host, environment, keepsModule), { read: 1, write: writes, move: MOVES }),
      ]),
    );
  }

  all(): readonly DriverHost[] {
    return [...this.#places.values()];
  }

  place(host: HostName): DriverHost {
    const place = this.#places.get(host);
    if (place === undefined) throw new Error(`no host ${host} is configured`);
    return place;
  }

  /** A look: it has no effect, so an impatient caller ends its shell, and a lost answer is no answer. */
  async read(host: HostName, verb: string, args: Args, signal?: AbortSignal): Promise<unknown> {
    return this.#pool(host).run(
      'read',
      async (shell) => {
        const end = (): void => shell.kill();
        signal?.addEventListener('abort', end, { once: true });
        try {
          return this.#value(
            host,
            verb,
            await given(signal, call(shell, verb, this.#said(host, args), this.#patience * deadlineOf(verb))),
          );
        } catch (error) {
          throw this.#told(error, host, verb, 'read', shell);
        } finally {
          signal?.removeEventListener('abort', end);
        }
      },
      signal,
    );
  }

  /** A wish: once it was sent it goes on to its end or its deadline, whether anybody waits for it or not. */
  async write(host: HostName, verb: string, args: Args, signal?: AbortSignal): Promise<void> {
    await this.ask(host, 'write', verb, args, signal);
  }

  /** A wish that answers something. The signal takes it back as long as it waits for a shell. */
  ask(host: HostName, lane: Lane, verb: string, args: Args, signal?: AbortSignal): Promise<unknown> {
    return this.#pool(host).run(
      lane,
      async (shell) => {
        try {
          return this.#value(
            host,
            verb,
            await call(shell, verb, this.#said(host, args), this.#patience * deadlineOf(verb, args)),
          );
        } catch (error) {
          throw this.#told(error, host, verb, 'write', shell);
        }
      },
      signal,
    );
  }

  async load(host: HostName, signal?: AbortSignal): Promise<HostLoad> {
    const { folder } = this.place(host);
    return (await this.read(host, 'load', { folder }, signal)) as HostLoad;
  }

  /** Whether the host answers a look at all. */
  async answers(host: HostName, signal?: AbortSignal): Promise<boolean> {
    try {
      await this.load(host, signal);
      return true;
    } catch (error) {
      if (error instanceof HypervisorError) return false;
      throw error;
    }
  }

  /** Whether two hosts are nodes of one failover cluster, whose folder of ours is one and the same. */
  areNodes(host: HostName, other: HostName): boolean {
    const { failoverCluster } = this.place(host);
    return failoverCluster !== null && failoverCluster === this.place(other).failoverCluster;
  }

  /** Ends the shells of a host that has gone. */
  drop(host: HostName): void {
    this.#pool(host).drop();
  }

  close(): void {
    this.#isClosed = true;
    for (const pool of this.#pools.values()) pool.drop();
  }

  /** A node is told its cluster with every call: hosts keep no settings of ours. */
  #said(host: HostName, args: Args): Args {
    const { failoverCluster } = this.place(host);
    return failoverCluster === null ? args : { ...args, cluster: failoverCluster };
  }

  #pool(host: HostName): Pool {
    this.place(host);
    const pool = this.#pools.get(host);
    if (pool === undefined) throw new Error(`no host ${host} is configured`);
    return pool;
  }

  async #open(
    { name, shell: start, folder }: DriverHost,
    environment: HostsOptions['environment'],
    keepsModule: boolean,
  ): Promise<Shell> {
    if (this.#isClosed) throw new HypervisorError('unreachable', `${name}: the driver is closed`);
    const shell = new Shell(start, environment);
    try {
      await prepare(shell, keepsModule ? { folder } : 'memory', this.#module, OPENING_MS);
    } catch (error) {
      shell.kill();
      await shell.ended;
      if (!(error instanceof ShellLost || error instanceof NoAnswer)) throw error;
      const { fault, says } =
        error instanceof NoAnswer
          ? { fault: 'configuration' as const, says: error.message }
          : opening(shell.stderr);
      throw new HypervisorError(fault, `${name}: ${says}`);
    }
    if (this.#isClosed) shell.kill();
    return shell;
  }

  #value(host: HostName, verb: string, answer: Answer): unknown {
    if (answer.ok) return answer.value;
    const { fault, says } = classified(answer.error);
    const { id, codes, message } = answer.error;
    this.#log(`${host}: ${verb}: ${id} ${codes.join(' ')}: ${message}`);
    throw new HypervisorError(fault, `${host}: ${says}`);
  }

  /** A lost shell as a fault: of a look nothing is lost, of a wish nobody knows. */
  #told(error: unknown, host: HostName, verb: string, kind: 'read' | 'write', shell: Shell): unknown {
    if (error instanceof NoAnswer) {
      shell.kill(); // what stands between here and the host is broken, and stays so
      this.#log(`${host}: ${verb}: ${error.message}`);
      return new HypervisorError(
        kind === 'read' ? 'unreachable' : 'unknown-outcome',
        `${host}: ${error.message}`,
      );
    }
    if (!(error instanceof ShellLost)) return error;
    this.#log(`${host}: ${verb}: ${error.message} ${error.stderr}`.trimEnd());
    if (kind === 'write')
      return new HypervisorError('unknown-outcome', `${host}: the answer to ${verb} was lost`);
    return error.why === 'deadline'
      ? new HypervisorError('timeout', `${host}: it did not answer in time`)
      : new HypervisorError('unreachable', `${host}: the connection was lost`);
  }
}
