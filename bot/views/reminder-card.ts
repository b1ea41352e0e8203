import type { Notice } from '../../policies/event.ts';
import type { Instant, LeaseId } from '../../policies/model.ts';
import type { State } from '../../policies/state.ts';
import type { Block, Card } from '../surface.ts';
import { buttons, release, renew } from './machine-parts.ts';
import { durationInWords } from './words.ts';

/** A lease ends soon: its holder renews or releases it right here. Once that is done the card says who did it. */
export function reminderCard(notice: Notice, state: State): Card {
  const name = notice.name ?? 'Your machine';
  const lease = notice.lease === null ? undefined : state.leases.get(notice.lease);
  const machine = notice.machine === null ? undefined : state.machines.get(notice.machine);
  if (lease === undefined || machine === undefined) return overCard(`The lease of ${name} is over`);
  if (lease.phase === 'held')
    return overCard(`The lease of ${name} has ended`, [['Disk kept until', lease.expires]]);
  if (lease.expires !== notice.expires) return renewedCard(name, lease.id, state);
  // Counted from when it was said: a text that changed with the clock would be posted anew all the time.
  const left = durationInWords(lease.expires - notice.opened);
  const title = `The lease of ${name} ends in ${left}`;
  return {
    title,
    blocks: [
      {
        kind: 'fields',
        fields: [
          ['Lease ends', { instant: lease.expires }],
          ['Time left', left],
        ],
      },
      { kind: 'text', text: 'At its end the machine is stopped. Renew it if you still need it.' },
      ...buttons([renew(lease, 604_800), { ...renew(lease, 1_209_600), style: 'plain' }, release(machine)]),
    ],
    summary: `${title}.`,
    tone: 'warning',
  };
}

/** What a card about a lease becomes when somebody has renewed it: the new end, and who did it. No buttons. */
export function renewedCard(name: string, id: LeaseId, state: State): Card {
  const lease = state.leases.get(id);
  const by = renewedBy(id, state);
  const title = `${name} is renewed`;
  const text = by === null ? 'Renewed.' : `Renewed by ${by}.`;
  const fields: Block[] =
    lease === undefined ? [] : [{ kind: 'fields', fields: [['Renewed until', { instant: lease.expires }]] }];
  return {
    title,
    blocks: [{ kind: 'text', text }, ...fields],
    summary: `${title}${by === null ? '' : ` by ${by}`}.`,
    tone: 'good',
  };
}

/** Who extended or restored the lease last. */
function renewedBy(id: LeaseId, state: State): string | null {
  const remarks = state.histories.get(id)?.remarks ?? [];
  const last = remarks.findLast(
    ({ event }) => event.kind === 'lease-extended' || event.kind === 'lease-restored',
  )?.event;
  const by = last !== undefined && 'by' in last ? last.by : null;
  return by === null ? null : (state.persons.get(by)?.name ?? by);
}

function overCard(title: string, until: readonly (readonly [string, Instant])[] = []): Card {
  const fields = until.map(([name, instant]) => [name, { instant }] as const);
  const blocks: Block[] =
    fields.length === 0 ? [{ kind: 'text', text: `${title}.` }] : [{ kind: 'fields', fields }];
  return { title, blocks, summary: `${title}.`, tone: 'plain' };
}
