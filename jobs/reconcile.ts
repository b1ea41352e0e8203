import type { Hypervisor, ObservedDisk, ObservedMachine } from '../hyperv/hypervisor.ts';
import { unreachable, type HostName, type MachineId } from '../policies/model.ts';
import type { State } from '../policies/state.ts';

/** A difference between what the state says and what a host has. It is reported, never mended by deleting. */
export type Drift =
  | { readonly kind: 'unknown-machine'; readonly host: HostName; readonly machine: MachineId }
  | { readonly kind: 'unknown-disk'; readonly host: HostName; readonly machine: MachineId }
  /** It is where the state does not expect it, and not where the state does: a move whose answer was lost. */
  | { readonly kind: 'moved'; readonly host: HostName; readonly machine: MachineId; readonly from: HostName }
  | { readonly kind: 'missing-machine'; readonly host: HostName; readonly machine: MachineId }
  | { readonly kind: 'missing-disk'; readonly host: HostName; readonly machine: MachineId }
  | {
      readonly kind: 'on-two-hosts';
      readonly host: HostName;
      readonly machine: MachineId;
      readonly other: HostName;
    };

/** The drift in a sentence, with what to do. */
export function driftInWords(drift: Drift): string {
  const { machine, host } = drift;
  switch (drift.kind) {
    case 'unknown-machine':
      return `${host} has a machine ${machine} that no lease knows; nothing touches it until an administrator removes it`;
    case 'unknown-disk':
      return `${host} has a disk of ${machine} that no lease knows; nothing touches it until an administrator removes it`;
    case 'moved':
      return `${machine} is on ${host} and not on ${drift.from} any more: that is where it is from now on`;
    case 'missing-machine':
      return `${host} should have the machine ${machine} and does not; release its lease, or restore it on the host`;
    case 'missing-disk':
      return `${host} should have the disk of ${machine} and does not; release its lease, or restore it on the host`;
    case 'on-two-hosts':
      return `${machine} is on ${host} and on ${drift.other}; stop one of them by hand before it is used again`;
    default:
      return unreachable(drift);
  }
}

/** What one host has; a host that does not answer is left out of the comparison. */
export interface Observed {
  readonly host: HostName;
  readonly machines: readonly ObservedMachine[];
  readonly disks: readonly ObservedDisk[];
}

/** Looks at all hosts that are on. Hosts that do not answer are passed over: their machines are unknown, not gone. */
export async function observe(hypervisor: Hypervisor, state: State): Promise<readonly Observed[]> {
  const looks = [...state.hosts.values()]
    .filter(({ status }) => status === 'ready' || status === 'draining')
    .map(async ({ name: host }): Promise<Observed | null> => {
      try {
        return {
          host,
          machines: await hypervisor.listMachines(host),
          disks: await hypervisor.listDisks(host),
        };
      } catch {
        return null; // the next round of samples says that it does not answer
      }
    });
  return (await Promise.all(looks)).filter((observed) => observed !== null);
}

/** Compares desired with observed. Machines with a job under way are left to the job. */
export function drifts(state: State, observed: readonly Observed[]): readonly Drift[] {
  const found: Drift[] = [];
  const seen = new Map<MachineId, HostName>();
  const moves = moved(state, observed);
  found.push(...moves);
  const isMoved = (id: MachineId): boolean => moves.some(({ machine }) => machine === id);
  for (const { host, machines, disks } of observed) {
    for (const { machine } of machines) {
      const other = seen.get(machine);
      if (other !== undefined && state.machines.get(machine)?.busy !== true)
        found.push({ kind: 'on-two-hosts', host, machine, other });
      seen.set(machine, host);
      if (!isMoved(machine) && !isExpected(state, machine, host))
        found.push({ kind: 'unknown-machine', host, machine });
    }
    for (const { machine } of disks)
      if (!isMoved(machine) && !isExpected(state, machine, host))
        found.push({ kind: 'unknown-disk', host, machine });
    const haveMachine = new Set(machines.map(({ machine }) => machine));
    const haveDisk = new Set(disks.map(({ machine }) => machine));
    for (const { id: machine, host: at, busy, phase } of state.machines.values()) {
      if (at !== host || busy || isMoved(machine) || (phase !== 'running' && phase !== 'stopped')) continue;
      if (!haveMachine.has(machine)) found.push({ kind: 'missing-machine', host, machine });
      if (!haveDisk.has(machine)) found.push({ kind: 'missing-disk', host, machine });
    }
  }
  return found;
}

/** Idle machines that stand, with their disk, on one host that is not theirs, while theirs answers and has them not. */
function moved(state: State, observed: readonly Observed[]): readonly (Drift & { readonly kind: 'moved' })[] {
  const answering = new Map(
    observed.map(({ host, machines }) => [host, new Set(machines.map(({ machine }) => machine))]),
  );
  return observed.flatMap(({ host, machines }) =>
    machines.flatMap(({ machine }) => {
      const known = state.machines.get(machine);
      const from = known?.host ?? null;
      if (known === undefined || known.busy || from === null || from === host) return [];
      return answering.get(from)?.has(machine) === false
        ? [{ kind: 'moved' as const, host, machine, from }]
        : [];
    }),
  );
}

/** While a job runs, its machine may be on its host, on its target, or on both. */
function isExpected(state: State, id: MachineId, host: HostName): boolean {
  const machine = state.machines.get(id);
  if (machine === undefined) return false;
  return machine.host === host || machine.movingTo === host || machine.busy;
}
