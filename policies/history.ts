import type { Event } from './event.ts';
import { unreachable, type Instant, type MachineId } from './model.ts';
import type { State } from './state.ts';

/** Remarks kept for a subject, and subjects kept after they are gone. */
const REMARKS_KEPT = 30;
const HISTORIES_KEPT = 20_000;

/** Writes an event into the histories of whom it concerns, for `why`. */
export function remark(state: State, event: Event, at: Instant, entry: number): void {
  for (const { subject, name } of concerns(state, event)) {
    const known = state.histories.get(subject);
    const remarks = [...(known?.remarks ?? []), { entry, at, event }].slice(-REMARKS_KEPT);
    state.histories.set(subject, { name: name ?? known?.name ?? subject, remarks });
    const [oldest] = state.histories.keys();
    if (state.histories.size > HISTORIES_KEPT && oldest !== undefined) state.histories.delete(oldest);
  }
}

interface Concern {
  readonly subject: string;
  readonly name?: string;
}

/** The subjects of an event: leases (for their machines too), hosts, persons. Routine is left out: nobody asks why of it. */
function concerns(state: State, event: Event): readonly Concern[] {
  switch (event.kind) {
    case 'lease-granted':
      return [{ subject: event.lease, name: event.machine.name }];
    case 'lease-extended':
    case 'lease-ended':
    case 'lease-restored':
      return [{ subject: event.lease }];
    case 'machine-placed':
    case 'machine-awaits':
    case 'machine-found':
    case 'host-excluded':
      return [...ofMachine(state, event.machine), { subject: event.host }];
    case 'machine-abandoned':
      return ofMachine(state, event.machine);
    case 'machine-migrating':
      return [...ofMachine(state, event.machine), { subject: event.to }];
    case 'job-created':
      return 'machine' in event.job ? ofMachine(state, event.job.machine) : [{ subject: event.job.host }];
    case 'job-ended': {
      const job = state.jobs.get(event.job)?.job;
      if (job === undefined || event.outcome === 'done') return [];
      return 'machine' in job ? ofMachine(state, job.machine) : [{ subject: job.host }];
    }
    case 'notice-opened':
      return event.notice.kind === 'reminder' && event.notice.lease !== null
        ? [{ subject: event.notice.lease }]
        : [];
    case 'host-changed':
      return [{ subject: event.host }];
    case 'request-refused':
      return [{ subject: event.by }];
    case 'policies-activated':
      return [{ subject: 'policies' }];
    case 'host-registered':
    case 'host-sampled':
    case 'image-registered':
    case 'person-registered':
    case 'request-accepted':
    case 'step-done':
    case 'timer-set':
    case 'timer-rang':
    case 'notice-concluded':
    case 'notice-posted':
    case 'notice-closed':
      return [];
    default:
      return unreachable(event);
  }
}

function ofMachine(state: State, machine: MachineId): readonly Concern[] {
  const lease = state.machines.get(machine)?.lease;
  return lease === undefined ? [] : [{ subject: lease }];
}
