import process from 'node:process';
import type { Leftover } from '../../hyperv/hypervisor.ts';
import { PowerShellHypervisor } from '../../hyperv/powershell/driver.ts';
import type { HostName, ImageName } from '../../policies/model.ts';
import type { HyperVCluster } from '../cluster.ts';
import type { Environment } from '../main.ts';
import { UsageError } from './expected.ts';
import { driverOptions } from './hosts.ts';

type Out = { write(text: string): unknown };

/** What each kind of leftover is, for people. */
const KINDS: Readonly<Record<Leftover['kind'], string>> = {
  'untagged-machine': 'a machine in our folder without our tag: its definition was cut short',
  'folder-without-machine': 'a folder in which no machine lives',
  'half-disk': 'a disk whose making was cut short',
  'half-move': 'what has arrived of a machine whose move was cut short',
  'half-image': 'an image whose copy was cut short',
  'planned-machine': 'a machine that Hyper-V has planned for a move and never made',
};

/** `octopus leftovers`: what crashes have left on the hosts. Gives the exit code: 1 when a host could not be asked. */
export function leftovers(environment: Environment, out: Out): Promise<number> {
  return withDriver(environment, async (driver, { hosts }) => {
    let failed = 0;
    let count = 0;
    for (const { name } of hosts)
      try {
        for (const { kind, name: what, detail } of await driver.listLeftovers(name)) {
          count += 1;
          out.write(`${name}  ${kind}  ${what}  ${KINDS[kind]}${detail === '' ? '' : ` (${detail})`}\n`);
        }
      } catch (error) {
        failed += 1;
        out.write(`${name}  ${error instanceof Error ? error.message : String(error)}\n`);
      }
    out.write(
      count === 0
        ? 'nothing is left over\n'
        : `clean one with: octopus leftovers clean <host> <kind> <name>; a folder with a disk may be somebody's\n`,
    );
    return failed > 0 ? 1 : 0;
  });
}

/** `octopus leftovers clean`: one of them, by an administrator's word. The host looks again that it still is one. */
export function cleanLeftover(
  environment: Environment,
  [host, kind, name]: readonly [host: string, kind: string, name: string],
  out: Out,
): Promise<number> {
  return withDriver(environment, async (driver, { hosts }) => {
    const known = hosts.find((each) => each.name === host);
    if (known === undefined) throw new UsageError(`there is no host ${host} in the configuration`);
    if (!isKind(kind)) throw new UsageError(`a leftover is one of ${Object.keys(KINDS).join(', ')}`);
    const found = (await driver.listLeftovers(known.name)).find(
      (each) => each.kind === kind && each.name === name,
    );
    if (found === undefined)
      throw new UsageError(`${host} has no ${kind} ${name}: \`octopus leftovers\` lists all`);
    await driver.cleanLeftover(known.name, found);
    out.write(`${host}: ${kind} ${name} is gone\n`);
    return 0;
  });
}

/** `octopus images verify`: calculates what an image is on every host. Gives the exit code: 1 when they differ. */
export function verifyImage(environment: Environment, image: string, out: Out): Promise<number> {
  return withDriver(environment, async (driver, { hosts }) => {
    const hashes = new Set<string>();
    let failed = 0;
    const looks = hosts.map(async ({ name }) => {
      try {
        const hash = await driver.hashImage(name, image as ImageName, undefined, true);
        hashes.add(hash);
        out.write(`${name}  ${hash}\n`);
      } catch (error) {
        failed += 1;
        out.write(`${name}  ${error instanceof Error ? error.message : String(error)}\n`);
      }
    });
    await Promise.all(looks);
    if (hashes.size > 1)
      out.write(`${image} is not the same on all hosts: machines cannot move between them\n`);
    return hashes.size > 1 || failed > 0 ? 1 : 0;
  });
}

/** `octopus images copy`: from one host to another, taken into use there when the bytes are the same. */
export function copyImage(
  environment: Environment,
  [image, from, to]: readonly [image: string, from: string, to: string],
  out: Out,
): Promise<number> {
  return withDriver(environment, async (driver, { hosts }) => {
    for (const name of [from, to])
      if (!hosts.some((each) => each.name === name))
        throw new UsageError(`there is no host ${name} in the configuration`);
    await driver.copyImage(from as HostName, image as ImageName, to as HostName);
    out.write(`${image} is on ${to}, with the same bytes as on ${from}\n`);
    return 0;
  });
}

async function withDriver(
  { config: { cluster }, variables }: Environment,
  work: (driver: PowerShellHypervisor, cluster: HyperVCluster) => Promise<number>,
): Promise<number> {
  if (cluster.driver === 'simulator')
    throw new UsageError(
      'the configuration names simulated hosts, which have neither leftovers nor image files',
    );
  const driver = new PowerShellHypervisor(
    driverOptions(cluster, variables, (sentence) => void process.stderr.write(`octopus: ${sentence}\n`)),
  );
  try {
    return await work(driver, cluster);
  } finally {
    driver.close();
  }
}

function isKind(kind: string): kind is Leftover['kind'] {
  return kind in KINDS;
}
