import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { HostName, ImageName, Instant } from '../../policies/model.ts';
import type { Leftover } from '../hypervisor.ts';
import type { Operation, SimulatedDisk, SimulatedHost, SimulatedMachine, World } from './world.ts';

/** The world as the file holds it. */
interface Saved {
  readonly version: 1;
  readonly addresses: number;
  readonly hosts: readonly {
    readonly name: HostName;
    readonly power: 'on' | 'off';
    readonly answersFrom: Instant;
    readonly machines: readonly SimulatedMachine[];
    readonly disks: readonly SimulatedDisk[];
    readonly images?: readonly ImageName[];
    readonly leftovers?: readonly Leftover[];
  }[];
  readonly operations: readonly Operation[];
}

/**
 * Writes the world to a file, whole or not at all. It outlives a killed process, which is what real hosts do; it is not
 * flushed, as a power cut would take the simulated hosts along. Throws what the file system throws.
 */
export function saveWorld(file: string, world: World): void {
  const saved: Saved = {
    version: 1,
    addresses: world.addresses,
    hosts: [...world.hosts].map(([name, { machines, disks, ...rest }]) =>
      Object.assign(rest, { name, machines: [...machines.values()], disks: [...disks.values()] }),
    ),
    operations: world.operations,
  };
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, JSON.stringify(saved));
  renameSync(`${file}.new`, file);
}

/** Reads the world that was saved; undefined when there is none yet. Throws when the file is not one of ours. */
export function loadWorld(file: string): World | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const saved = parsed(file, text);
  const hosts = new Map<HostName, SimulatedHost>();
  for (const { name, power, answersFrom, machines, disks, ...rest } of saved.hosts)
    hosts.set(name, {
      ...rest,
      power,
      answersFrom,
      machines: new Map(machines.map((machine) => [machine.machine, machine])),
      disks: new Map(disks.map((disk) => [disk.machine, disk])),
    });
  return { hosts, operations: [...saved.operations], addresses: saved.addresses };
}

function parsed(file: string, text: string): Saved {
  let saved: Partial<Saved> | null = null;
  try {
    saved = JSON.parse(text) as Partial<Saved> | null;
  } catch (cause) {
    throw new Error(`${file} does not hold a simulated cluster; move it away to begin with empty hosts`, {
      cause,
    });
  }
  if (saved?.version !== 1 || !Array.isArray(saved.hosts) || !Array.isArray(saved.operations))
    throw new Error(`${file} does not hold a simulated cluster; move it away to begin with empty hosts`);
  return saved as Saved;
}
