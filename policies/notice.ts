import type { Notice } from './event.ts';
import { unreachable } from './model.ts';
import type { State } from './state.ts';

/** Whether nothing more will come of a notice, so that its next form is its last. */
export function isSettled(notice: Notice, state: State): boolean {
  if (notice.outcome !== null) return true;
  switch (notice.kind) {
    case 'answer':
      return isAnswered(notice, state);
    case 'reminder': {
      const lease = notice.lease === null ? undefined : state.leases.get(notice.lease);
      return lease === undefined || lease.phase !== 'active' || lease.expires !== notice.expires;
    }
    case 'ended': {
      const lease = notice.lease === null ? undefined : state.leases.get(notice.lease);
      return lease === undefined || lease.phase !== 'held';
    }
    case 'purged':
      return notice.machine === null || state.machines.get(notice.machine)?.phase !== 'purging';
    case 'message':
      return true;
    default:
      return unreachable(notice.kind);
  }
}

function isAnswered(notice: Notice, state: State): boolean {
  const { ask } = notice;
  if (ask === null) return true;
  switch (ask.kind) {
    case 'new-machine': {
      const machine = notice.machine === null ? undefined : state.machines.get(notice.machine);
      return machine === undefined || (machine.phase !== 'waiting' && machine.phase !== 'placed');
    }
    case 'start-machine':
    case 'stop-machine':
    case 'restart-machine':
    case 'release-lease':
    case 'delete-machine':
      return notice.machine === null || state.machines.get(notice.machine)?.busy !== true;
    case 'drain-host': {
      const host = state.hosts.get(ask.host);
      return host === undefined || host.status !== 'draining' || host.machines === 0;
    }
    case 'power-host-off': {
      const host = state.hosts.get(ask.host);
      return (
        host === undefined || host.wanted === 'on' || host.status === 'off' || host.status === 'unreachable'
      );
    }
    case 'power-host-on': {
      const host = state.hosts.get(ask.host);
      return host === undefined || (host.status !== 'off' && host.status !== 'starting');
    }
    case 'renew-lease':
    case 'resume-host':
    case 'load-policy':
    case 'reload-policies':
    case 'roll-back-policies':
      return true;
    default:
      return unreachable(ask);
  }
}
