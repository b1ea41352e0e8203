import { PowerShellHypervisor, type DriverOptions } from '../../hyperv/powershell/driver.ts';
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
      folder: site.real(name, FOLDER),
      switch: 'external',
      peer: null,
      share: site.real(name, FOLDER),
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
