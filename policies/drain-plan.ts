import type { HostName, MachineId } from './model.ts';
import type { State } from './state.ts';

export interface Move {
  readonly machine: MachineId;
  readonly to: HostName;
}

/**
 * Where everything on a host could go: machines by falling memory, each to the feasible ready host that it fills most
 * (best-fit decreasing, Johnson 1973); onto `any` ready host, or only onto `used` ones that have machines already. Null
 * when a machine finds no place or is busy: half a drain empties nothing. Disks that are held stay where they are.
 */
export function drainPlan(state: State, host: HostName, onto: 'any' | 'used'): readonly Move[] | null {
  const leaving = [...state.machines.values()]
    .filter((machine) => machine.host === host && state.leases.the(machine.lease).phase !== 'held')
    .toSorted(
      (one, other) => other.memory - one.memory || other.cores - one.cores || (one.id < other.id ? -1 : 1),
    );
  const free = [...state.hosts.values()]
    .filter(
      (other) => other.status === 'ready' && other.name !== host && (onto === 'any' || other.machines > 0),
    )
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
