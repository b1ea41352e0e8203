import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { simulatedModules } from './build.ts';

/** A simulated host; memory in bytes. */
export interface SimulatedHost {
  readonly name: string;
  readonly cores?: number;
  readonly memory?: number;
  readonly memoryReserved?: number;
  /** Room on its volume in bytes; null: enough. */
  readonly room?: number | null;
  /** Two hosts with different ones need machines that are compatible for migration. */
  readonly processor?: string;
  readonly switches?: readonly string[];
  readonly delegation?: boolean;
  readonly power?: 'on' | 'off';
}

/** An error that the next matching call of a cmdlet meets: a name that `Fault.cs` knows, `hang`, or `lost` for a dead session. */
export interface ArrangedFault {
  readonly cmdlet: string;
  readonly error: string;
  /** Before it acts, or after it has acted. */
  readonly when?: 'before' | 'after';
  readonly times?: number;
  readonly host?: string;
  /** What the names and paths of the call must contain. */
  readonly about?: string;
}

/** A machine as the file of the hosts has it; more is there than is named here. */
export interface MachineRecord {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly notes: string;
  readonly memoryStartup: number;
  readonly memoryMaximum: number;
  readonly processorCount: number;
  readonly upSince?: string;
  readonly path: string;
  readonly drives: readonly { readonly isDvd: boolean; readonly path?: string }[];
  readonly work?: { readonly kind: string };
}

interface HostRecord {
  readonly name: string;
  readonly machines: readonly MachineRecord[];
  readonly planned: readonly { readonly id: string }[];
  readonly work: readonly { readonly kind: string }[];
}

/** A failover cluster of simulated hosts, with one shared volume. */
export interface SimulatedCluster {
  readonly name: string;
  readonly nodes: readonly string[];
  readonly maximumParallelMigrations?: number;
}

const GIB = 2 ** 30;

/**
 * Simulated hosts in a temporary folder, for any number of PowerShell processes. A path such as `D:\Octopus` is another
 * folder on each host; `real` tells which.
 */
export class SimulatedSite {
  readonly folder: string;
  readonly hosts: readonly SimulatedHost[];
  readonly clusters: readonly SimulatedCluster[];
  #faults = 0;

  /** `pace` is how many real seconds a second of the hosts' work takes; `folder` is one in which another process has made them. */
  constructor(
    hosts: readonly SimulatedHost[],
    {
      pace = 0.02,
      folder,
      clusters = [],
    }: {
      readonly pace?: number;
      readonly folder?: string;
      readonly clusters?: readonly SimulatedCluster[];
    } = {},
  ) {
    this.hosts = hosts;
    this.clusters = clusters;
    this.folder = folder ?? mkdtempSync(join(tmpdir(), 'simulated-hyperv-'));
    if (folder === undefined) this.#make(pace);
  }

  #make(pace: number): void {
    const { hosts, clusters } = this;
    for (const { name } of clusters) mkdirSync(this.shared(name), { recursive: true });
    for (const { name, power = 'on' } of hosts) {
      for (const drive of ['C', 'D']) mkdirSync(join(this.folder, 'hosts', name, drive), { recursive: true });
      this.#put(join('hosts', name, 'power'), power);
    }
    mkdirSync(join(this.folder, 'faults'));
    this.setPace(pace);
    this.#put(
      'site.json',
      JSON.stringify({
        clusters,
        hosts: hosts.map(
          ({
            name,
            cores = 8,
            memory = 32 * GIB,
            memoryReserved = 0,
            room = null,
            processor = 'one',
            delegation = true,
            switches = ['external'],
          }) => ({
            name,
            cores,
            memory,
            memoryReserved,
            processor,
            delegation,
            room: room ?? undefined,
            switches: switches.map((one) => ({ name: one })),
          }),
        ),
      }),
    );
  }

  /** Changes the pace of what is under way too: with a large one nothing ends, with 0 all is over. */
  setPace(pace: number): void {
    this.#put('pace', String(pace));
  }

  /** What a shell on this host needs in its environment. */
  environment(host: string): Record<string, string> {
    return { SIMULATED_HYPERV: this.folder, SIMULATED_HOST: host, PSModulePath: simulatedModules().folder };
  }

  /** Where a file of a host really is. */
  real(host: string, path: string): string {
    const [drive = '', ...rest] = path.split(/[\\/]+/).filter((part) => part !== '');
    const cluster = this.clusterOf(host);
    if (cluster !== undefined && drive === 'C:' && rest[0] === 'ClusterStorage')
      return join(this.folder, 'shared', cluster, ...rest.slice(1));
    return join(this.folder, 'hosts', host, drive.replace(':', '').toUpperCase(), ...rest);
  }

  /** The failover cluster that a host is a node of. */
  clusterOf(host: string): string | undefined {
    return this.clusters.find(({ nodes }) => nodes.includes(host))?.name;
  }

  /** Locks the role of a machine, as a cluster does that is at work with it; or lets go of it. */
  lockRole(name: string, isLocked: boolean): void {
    const path = join(this.folder, 'site.json');
    const site = JSON.parse(readFileSync(path, 'utf8')) as {
      clusters: { groups: { name: string; isLocked: boolean }[] }[];
    };
    for (const group of site.clusters.flatMap(({ groups }) => groups))
      if (group.name === name) group.isLocked = isLocked;
    this.#put('site.json', JSON.stringify(site));
  }

  /** What a failover cluster keeps running, by name, and which of its nodes take nothing in. */
  cluster(name: string): { readonly roles: readonly string[]; readonly paused: readonly string[] } {
    const { clusters } = JSON.parse(readFileSync(join(this.folder, 'site.json'), 'utf8')) as {
      clusters: { name: string; groups?: { name: string }[]; paused?: string[] }[];
    };
    const { groups = [], paused = [] } = clusters.find((one) => one.name === name) ?? {};
    return { roles: groups.map((group) => group.name), paused };
  }

  /** Where the shared volume of a failover cluster really is; on its nodes it is `C:\\ClusterStorage\\Volume1`. */
  shared(cluster: string): string {
    return join(this.folder, 'shared', cluster, 'Volume1');
  }

  /** Puts the same base image onto hosts: byte-identical, at the same path. */
  image(
    path: string,
    {
      size = 20 * GIB,
      hosts = this.hosts.map(({ name }) => name),
    }: { readonly size?: number; readonly hosts?: readonly string[] } = {},
  ): void {
    const first = this.real(hosts[0] ?? '', path);
    mkdirSync(dirname(first), { recursive: true });
    writeFileSync(first, disk(size));
    for (const host of hosts.slice(1)) {
      const copy = this.real(host, path);
      mkdirSync(dirname(copy), { recursive: true });
      copyFileSync(first, copy);
    }
  }

  /** Copies a file of one host to another, or to another place. */
  copy(host: string, path: string, to: string, toPath: string): void {
    const target = this.real(to, toPath);
    mkdirSync(dirname(target), { recursive: true });
    copyFileSync(this.real(host, path), target);
  }

  fail({ when = 'before', times = 1, ...fault }: ArrangedFault): void {
    this.#faults += 1;
    this.#put(
      join('faults', `${String(this.#faults).padStart(6, '0')}.json`),
      JSON.stringify({ ...fault, when, times }),
    );
  }

  /**
   * Nothing reaches the host, which runs on. Sessions that are noted in its folder `sessions` by the number of their
   * process end; when it is `silent` they stay and get no answer.
   */
  vanish(host: string, { silent = false }: { readonly silent?: boolean } = {}): void {
    this.#put(join('hosts', host, 'vanished'), silent ? 'silent' : 'gone');
    if (silent) return;
    for (const pid of this.sessions(host)) {
      rmSync(join(this.folder, 'hosts', host, 'sessions', String(pid)), { force: true });
      this.endSession(pid);
    }
  }

  /** Ends a process, if it is one of these hosts' sessions still: numbers of processes are used again. */
  endSession(pid: number): void {
    try {
      const isOurs =
        process.platform !== 'linux' || readFileSync(`/proc/${pid}/environ`, 'utf8').includes(this.folder);
      if (isOurs) process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  }

  /** Numbers of processes that are, or were, sessions on the host. */
  sessions(host: string): readonly number[] {
    const folder = join(this.folder, 'hosts', host, 'sessions');
    return existsSync(folder) ? readdirSync(folder).map(Number) : [];
  }

  comeBack(host: string): void {
    rmSync(join(this.folder, 'hosts', host, 'vanished'), { force: true });
  }

  isReached(host: string): boolean {
    return (
      !existsSync(join(this.folder, 'hosts', host, 'vanished')) &&
      this.power(host) === 'on' &&
      this.#bootedAt(host) <= Date.now()
    );
  }

  power(host: string): 'on' | 'off' {
    return readFileSync(join(this.folder, 'hosts', host, 'power'), 'utf8').startsWith('off') ? 'off' : 'on';
  }

  /** As a service processor does: on, and booted so many real milliseconds later. */
  switchOn(host: string, bootMs = 0): void {
    if (this.power(host) === 'off') this.#put(join('hosts', host, 'power'), `on ${Date.now() + bootMs}`);
  }

  /** Pulls the plug: what was up is off. */
  switchOff(host: string): void {
    this.#put(join('hosts', host, 'power'), 'off');
  }

  /** The machines of a host as the file has them; what is due takes effect when a cmdlet looks next. */
  machines(host: string): readonly MachineRecord[] {
    return this.#record(host).machines;
  }

  /** Ids of the machines that are to arrive at the host, or were. */
  planned(host: string): readonly string[] {
    return this.#record(host).planned.map(({ id }) => id.toUpperCase());
  }

  /** What the host is at: kinds of work, of disks and of machines. */
  underWay(host: string): readonly string[] {
    const record = this.#record(host);
    return [...record.work, ...record.machines.flatMap(({ work }) => (work === undefined ? [] : [work]))].map(
      ({ kind }) => kind,
    );
  }

  /** Takes back the errors that nothing has met. */
  disarm(): void {
    for (const file of this.arranged()) rmSync(join(this.folder, 'faults', file), { force: true });
  }

  /** The errors that nothing has met yet. */
  arranged(): readonly string[] {
    return readdirSync(join(this.folder, 'faults')).filter((file) => file.endsWith('.json'));
  }

  end(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #record(host: string): HostRecord {
    const site = JSON.parse(readFileSync(join(this.folder, 'site.json'), 'utf8')) as {
      hosts: (Pick<HostRecord, 'name'> & Partial<HostRecord>)[];
    };
    // Lists that are empty stay away until a cmdlet has written the file.
    const {
      machines = [],
      planned = [],
      work = [],
      name,
    } = site.hosts.find((one) => one.name === host) ?? { name: host };
    return { name, machines, planned, work };
  }

  #bootedAt(host: string): number {
    const [, at = '0'] = readFileSync(join(this.folder, 'hosts', host, 'power'), 'utf8').split(' ');
    return Number(at);
  }

  #put(file: string, text: string): void {
    const path = join(this.folder, file);
    writeFileSync(`${path}.new`, text);
    renameSync(`${path}.new`, path);
  }
}

/** A base image as `VirtualDisk.cs` reads it: a dynamic disk of `size` bytes in a file of 1 MiB. */
function disk(size: number): Buffer {
  const metadata = Buffer.from(
    JSON.stringify({
      Type: 3,
      Size: size,
      BlockSize: 32 * 2 ** 20,
      LogicalSectorSize: 512,
      PhysicalSectorSize: 4096,
      DiskIdentifier: crypto.randomUUID().toUpperCase(),
      DataWriteGuid: crypto.randomUUID(),
    }),
  );
  const file = Buffer.alloc(2 ** 20);
  file.write('vhdxfile');
  file.writeUInt32LE(metadata.length, 8);
  metadata.copy(file, 12);
  return file;
}
