import { PowerShellHypervisor } from '../../hyperv/powershell/driver.ts';
import type { DriverOptions } from '../../hyperv/powershell/options.ts';
import type { ShellStart } from '../../hyperv/powershell/shell.ts';
import { RealClock } from '../../jobs/clock.ts';
import type { HostName, Image, ImageName } from '../../policies/model.ts';
import { environment } from './module/build.ts';
import type { SimulatedSite } from './module/site.ts';
import { wayTo } from './ways.ts';

const GIB = 2 ** 30;

/** The folder that Octopus is given on simulated hosts. */
export const FOLDER = String.raw`D:\Octopus`;

export const UBUNTU: Image = {
  name: 'ubuntu-24.04' as ImageName,
  os: 'linux',
  login: 'ubuntu',
  memoryMin: 1024,
  aliases: [],
};
export const DEBIAN: Image = { ...UBUNTU, name: 'debian-12' as ImageName };

/** The folder of Octopus on the shared volume of a failover cluster, for all its nodes. */
export const SHARED_FOLDER = String.raw`C:\ClusterStorage\Volume1\Octopus`;

/** Where the folder of Octopus on a host really is. */
export function folderOf(site: SimulatedSite, host: string): string {
  return site.real(host, site.clusterOf(host) === undefined ? FOLDER : SHARED_FOLDER);
}

/** The driver, for hosts that are simulated in a folder. */
export function simulatedDriver(
  site: SimulatedSite,
  start: (host: HostName) => ShellStart = (host) => wayTo(site, host),
  options: Partial<DriverOptions> = {},
): PowerShellHypervisor {
  return new PowerShellHypervisor({
    hosts: site.hosts.map(({ name, cores = 8, memory = 16 * GIB }) => ({
      name: name as HostName,
      cores,
      memory: memory / 2 ** 20,
      shell: start(name as HostName),
      folder: folderOf(site, name),
      switch: 'external',
      peer: null,
      share: folderOf(site, name),
      failoverCluster: site.clusterOf(name) ?? null,
      board: {
        state: () => Promise.resolve(site.power(name)),
        on: () => Promise.resolve(site.switchOn(name, 200)),
      },
    })),
    images: [UBUNTU, DEBIAN],
    clock: new RealClock(),
    environment: environment ?? {},
    shutDownSeconds: 30,
    silenceSeconds: 2,
    ...options,
  });
}
