import type { Notice } from '../../policies/event.ts';
import type { Instant } from '../../policies/model.ts';
import type { State } from '../../policies/state.ts';
import type { Card } from '../surface.ts';
import { buttons, renew } from './machine-parts.ts';
import { renewedCard } from './reminder-card.ts';

/** A lease has ended and its disk is held: how long, and how to get the machine back. */
export function endedCard(notice: Notice, state: State, now: Instant): Card {
  const name = notice.name ?? 'Your machine';
  const lease = notice.lease === null ? undefined : state.leases.get(notice.lease);
  if (lease === undefined) {
    const text = `${name} and its disk are deleted: the hold is over.`;
    return { title: `${name} is gone`, blocks: [{ kind: 'text', text }], summary: text, tone: 'plain' };
  }
  if (lease.phase !== 'held') return renewedCard(name, lease.id, state);
  const title = `The lease of ${name} has ended`;
  const machine = state.machines.get(lease.machine);
  const isStopping = machine?.phase === 'running' || machine?.busy === true;
  return {
    title,
    blocks: [
      {
        kind: 'text',
        text: 'The machine is switched off. Its disk is kept for a while, then it is deleted with all that is on it.',
      },
      ...(isStopping
        ? [{ kind: 'steps' as const, steps: [{ label: `Stop ${name}`, state: 'now' as const }] }]
        : []),
      { kind: 'fields', fields: [['Disk kept until', { instant: lease.expires }]] },
      { kind: 'note', text: 'Renew gets it back, stopped as it is.' },
      ...(lease.expires > now ? buttons([renew(lease, 604_800)]) : []),
    ],
    summary: `${title}. Its disk is kept for a while; renew to get it back.`,
    tone: 'warning',
  };
}
