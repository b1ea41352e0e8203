import type { HostSample, Instant } from '../../policies/model.ts';
import type { ObservedDisk, ObservedMachine } from '../hypervisor.ts';
import {
  diskSize,
  operationOn,
  type Pace,
  type SimulatedDisk,
  type SimulatedHost,
  type SimulatedMachine,
  type World,
} from './world.ts';

/** A machine as its host would show it at this instant. */
export function observedMachine(
  world: World,
  there: SimulatedMachine,
  now: Instant,
  pace: Pace,
): ObservedMachine {
  const { machine, name, cores, memory, upSince } = there;
  const verb = operationOn(world, machine)?.verb;
  const power = verb === 'migrateMachine' ? 'moving' : there.power;
  const address = verb === 'restartMachine' ? null : addressOf(there, now, pace);
  return { machine, name, cores, memory, power, upSince, address };
}

export function observedMachines(
  world: World,
  host: SimulatedHost,
  now: Instant,
  pace: Pace,
): ObservedMachine[] {
  return [...host.machines.values()].map((machine) => observedMachine(world, machine, now, pace));
}

/** A disk as its host would show it at this instant. */
export function observedDisk(
  host: SimulatedHost,
  disk: SimulatedDisk,
  now: Instant,
  pace: Pace,
): ObservedDisk {
  const { machine, image } = disk;
  return { machine, image, size: diskSize(disk, host.machines.get(machine), now, pace) };
}

export function observedDisks(host: SimulatedHost, now: Instant, pace: Pace): ObservedDisk[] {
  return [...host.disks.values()].map((disk) => observedDisk(host, disk, now, pace));
}

/** Processors busy in percent: each machine has its own habits, which change every ten minutes. */
export function loadOf(host: SimulatedHost, cores: number, now: Instant): HostSample['load'] {
  let busy = 0;
  for (const machine of host.machines.values())
    if (machine.power === 'running')
      busy += (machine.cores * habit(`${machine.machine} ${Math.floor(now / 600)}`)) / 100;
  return Math.min(100, Math.round((100 * busy) / cores));
}

/** The address that the guest reports, or null while it boots or is off. */
function addressOf(machine: SimulatedMachine, now: Instant, pace: Pace): string | null {
  return machine.upSince !== null && now >= machine.upSince + pace.guestBoot ? machine.address : null;
}

/** Between 3 and 60, the same for the same text (FNV-1a, 32 bits). */
function habit(text: string): number {
  let hash = 0x811c9dc5;
  for (const char of text) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return 3 + (hash % 58);
}
