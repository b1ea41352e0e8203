import type { Host, HostName, MachineId } from './model.ts';
import type { State } from './state.ts';

export interface Move {
  readonly machine: MachineId;
  readonly to: HostName;
}

/** Onto which hosts: any that is ready, ready ones that have machines already, or also those that are off, as if they were on. */
export type Onto = 'any' | 'used' | 'also-off';

/**
 * Where everything on a host could go: machines by falling memory, each to the feasible host that it fills most (best-fit
 * decreasing, Johnson 1973). Null when a machine finds no place or is busy: half a drain empties nothing. Disks that are
 * held stay where they are.
 */
export function drainPlan(state: State, host: HostName, onto: Onto): readonly Move[] | null {
  const leaving = [...state.machines.values()]
    .filter((machine) => machine.host === host && state.leases.the(machine.lease).phase !== 'held')
    .toSorted(
      (one, other) => other.memory - one.memory || other.cores - one.cores || (one.id < other.id ? -1 : 1),
    );
  const free = [...state.hosts.values()]
    .filter((other) => other.name !== host && takes(other, onto))
    .map(({ name, cores, coresUsed, memory, memoryUsed }) => ({
      name,
      cores: cores - coresUsed,
      memory: memory - memoryUsed,
    }));
  const moves: Move[] = [];
  for (const machine of leaving) {
    if (machine.movingTo !== null) continue;
    if (machine.busy) return null;
    const [target] = free
      .filter(({ cores, memory }) => cores >= machine.cores && memory >= machine.memory)
      .toSorted(
        (one, other) =>
          one.memory - other.memory || one.cores - other.cores || (one.name < other.name ? -1 : 1),
      );
    if (target === undefined) return null;
    target.cores -= machine.cores;
    target.memory -= machine.memory;
    moves.push({ machine: machine.id, to: target.name });
  }
  return moves;
}

function takes({ status, machines }: Host, onto: Onto): boolean {
  if (status === 'off') return onto === 'also-off';
  return status === 'ready' && (onto !== 'used' || machines > 0);
}
