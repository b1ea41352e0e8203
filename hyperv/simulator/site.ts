import type { HostInventory, HostName, Image, ImageName } from '../../policies/model.ts';

const GIB = 1024;

function host(name: string, power: 'on' | 'off'): HostInventory {
  return { name: name as HostName, cores: 16, memory: 64 * GIB, power };
}

function image(
  name: string,
  aliases: readonly string[],
  rest: { readonly os: 'linux' | 'windows'; readonly login: string; readonly memoryMin: number },
): Image {
  return { name: name as ImageName, aliases, ...rest };
}

/** The small institute that the playground shows: four hosts, of which two sleep, and four images. */
export const SITE: { readonly hosts: readonly HostInventory[]; readonly images: readonly Image[] } = {
  hosts: [host('hv01', 'on'), host('hv02', 'on'), host('hv03', 'off'), host('hv04', 'off')],
  images: [
    image('ubuntu-24.04', ['ubuntu'], { os: 'linux', login: 'ubuntu', memoryMin: GIB }),
    image('ubuntu-22.04', [], { os: 'linux', login: 'ubuntu', memoryMin: GIB }),
    image('debian-12', ['debian'], { os: 'linux', login: 'debian', memoryMin: GIB / 2 }),
    image('windows-2022', ['windows', 'win'], { os: 'windows', login: 'Administrator', memoryMin: 2 * GIB }),
  ],
};
