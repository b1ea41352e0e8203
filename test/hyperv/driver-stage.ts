import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PowerShellHypervisor } from '../../hyperv/powershell/driver.ts';
import type { DriverOptions } from '../../hyperv/powershell/options.ts';
import type { ShellStart } from '../../hyperv/powershell/shell.ts';
import type { Hypervisor } from '../../hyperv/hypervisor.ts';
import type { Fault, HostName } from '../../policies/model.ts';
import type { Stage } from './conformance.ts';
import {
  SimulatedSite,
  type ArrangedFault,
  type SimulatedCluster,
  type SimulatedHost,
} from './module/site.ts';
import { HostShell } from './host-shell.ts';
import { DEBIAN, FOLDER, folderOf, SHARED_FOLDER, simulatedDriver, UBUNTU } from './simulated-driver.ts';
import { layWays, wayTo } from './ways.ts';

export { UBUNTU } from './simulated-driver.ts';

const GIB = 2 ** 30;

/** The cmdlet with which a verb of the port acts, or looks. */
const CMDLETS: Readonly<Partial<Record<keyof Hypervisor, string>>> = {
  sample: 'Get-CimInstance',
  findDisk: 'Get-VMHost',
  findMachine: 'Get-VM',
  createDifferencingDisk: 'New-VHD',
  defineMachine: 'New-VM',
  removeMachine: 'Remove-VM',
  startMachine: 'Start-VM',
  stopMachine: 'Stop-VM',
  restartMachine: 'Restart-VM',
  migrateMachine: 'Move-VM',
};

/** An error of Hyper-V that means the fault. */
const ERRORS: Readonly<Record<Fault | 'hang', string>> = {
  busy: 'sharing-violation',
  unreachable: 'unreachable',
  timeout: 'timed-out',
  'unknown-outcome': 'lost',
  'no-room': 'out-of-memory',
  configuration: 'access-denied',
  incompatible: 'incompatible',
  'base-changed': 'parent-changed',
  missing: 'parent-missing',
  conflict: 'file-exists',
  hang: 'hang',
};

type Start = (host: HostName, program: string) => ShellStart;

const hostOf = (name: HostName, power: 'on' | 'off'): SimulatedHost => ({
  name,
  cores: 8,
  memory: 16 * GIB,
  power,
});

/** The driver on simulated hosts: three of 8 cores and 16 GB, the third of them off. */
export class DriverStage implements Stage {
  readonly site: SimulatedSite;
  readonly image = UBUNTU.name;
  readonly otherImage = DEBIAN.name;
  readonly first = 'hv01' as HostName;
  readonly second = 'hv02' as HostName;
  readonly asleep = 'hv03' as HostName;
  #hypervisor: PowerShellHypervisor;
  readonly #keeper: HostShell;
  readonly #options: Partial<DriverOptions>;
  readonly #start: Start;
  #isHanging = false;

  /** `start` is how a shell on a host is started; `program` is what stands for PowerShell there. */
  constructor({
    start,
    clusters = [],
    ...options
  }: Partial<DriverOptions> & {
    readonly start?: Start;
    readonly clusters?: readonly SimulatedCluster[];
  } = {}) {
    this.#options = options;
    this.#start = start ?? ((host) => wayTo(this.site, host));
    this.site = new SimulatedSite(
      [hostOf(this.first, 'on'), hostOf(this.second, 'on'), hostOf(this.asleep, 'off')],
      { clusters },
    );
    for (const { name } of [UBUNTU, DEBIAN]) this.#image(name);
    layWays(this.site);
    this.#keeper = new HostShell(this.site, this.first);
    this.#hypervisor = this.#driver();
  }

  get areNodes(): boolean {
    return this.site.clusterOf(this.first) !== undefined;
  }

  get hypervisor(): PowerShellHypervisor {
    return this.#hypervisor;
  }

  /** Octopus' own folder on a host. */
  folder(host: string): string {
    return folderOf(this.site, host);
  }

  // Uptimes are read in whole seconds of a clock that is itself in whole seconds: two tell two starts apart.
  pause(): Promise<void> {
    return sleep(2000);
  }

  /** A moment, for whoever looks again and again. */
  breathe(): Promise<void> {
    return sleep(10);
  }

  fail(verb: keyof Hypervisor, fault: Fault | 'hang', when: 'before' | 'after'): void {
    const cmdlet = CMDLETS[verb];
    if (cmdlet === undefined) throw new Error(`no cmdlet is known for ${verb}`);
    this.arrange({ cmdlet, error: ERRORS[fault], when });
  }

  arrange(fault: ArrangedFault): void {
    // The driver waits for what hangs until its deadline: the next test is not to wait with it.
    this.#isHanging ||= fault.error === 'hang';
    this.site.fail(fault);
  }

  vanish(host: HostName): void {
    this.site.vanish(host);
  }

  comeBack(host: HostName): void {
    this.site.comeBack(host);
  }

  /** A driver without a memory, as after a restart of the process. */
  restart(): void {
    this.#hypervisor.close();
    this.#hypervisor = this.#driver();
  }

  /** How a shell on a host is started. */
  start(host: HostName): ShellStart {
    return this.#start(host, join(this.site.folder, 'ways', host));
  }

  /** A script at the first host, beside the driver. */
  look<T>(script: string): Promise<T[]> {
    return this.#keeper.run<T>(script);
  }

  /** Everything as it was in the beginning, for the next test; shells stay open. */
  async end(): Promise<void> {
    if (this.#isHanging) this.restart();
    this.#isHanging = false;
    for (const { name, power = 'on' } of this.site.hosts) {
      this.site.comeBack(name);
      if (power === 'on') this.site.switchOn(name);
      else this.site.switchOff(name);
    }
    this.site.disarm();
    await this.#keeper.run('Reset-SimulatedSite');
    for (const { name } of this.site.hosts)
      for (const part of ['machines', 'locks'])
        rmSync(join(this.folder(name), part), { recursive: true, force: true, maxRetries: 20 });
  }

  async close(): Promise<void> {
    this.#hypervisor.close();
    await this.#keeper.kill();
    this.site.end();
  }

  /** An image on every host: once where hosts share a volume. */
  #image(name: string): void {
    const alone = this.site.hosts
      .map((host) => host.name)
      .filter((host) => this.site.clusterOf(host) === undefined);
    if (alone.length > 0) this.site.image(`${FOLDER}\\images\\${name}.vhdx`, { hosts: alone });
    const [from = ''] = alone;
    for (const { nodes } of this.site.clusters) {
      const [node = ''] = nodes;
      const path = `${SHARED_FOLDER}\\images\\${name}.vhdx`;
      if (from === '') this.site.image(path, { hosts: [node] });
      else this.site.copy(from, `${FOLDER}\\images\\${name}.vhdx`, node, path);
    }
  }

  #driver(): PowerShellHypervisor {
    return simulatedDriver(this.site, (host) => this.start(host), this.#options);
  }
}
