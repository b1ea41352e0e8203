import { inMemoryUnit } from '../grammar/sentence.ts';
import type { Instant, Machine, UserId } from '../../policies/model.ts';
import type { State } from '../../policies/state.ts';
import type { Block, Card, Span } from '../surface.ts';
import { buttons, condition, machineButtons, saying } from './machine-parts.ts';
import { counted } from './words.ts';

/** Rows of one list; what is more is counted. */
const ROWS_MAX = 25;

/** Machines as a table: the reader's own, somebody's, or all. With one machine its buttons come along. */
export function listCard(whose: UserId | 'all', state: State, reader: UserId, now: Instant): Card {
  const machines = [...state.machines.values()].filter(
    (machine) => whose === 'all' || isHeldBy(machine, whose, state),
  );
  const title = titleOf(whose, state, reader);
  if (machines.length === 0) {
    const text = whose === reader ? 'You have no machine.' : 'There is no machine.';
    const start = whose === reader ? buttons([saying('New machine', 'new')]) : [];
    return { title, blocks: [{ kind: 'text', text }, ...start], summary: text, tone: 'plain' };
  }
  const shown = machines.slice(0, ROWS_MAX);
  const head = ['Name', 'State', 'Size', 'Host', 'Ends', ...(whose === 'all' ? ['Holder'] : [])];
  const blocks: Block[] = [
    { kind: 'table', head, rows: shown.map((machine) => row(machine, whose === 'all', state)) },
  ];
  if (machines.length > shown.length)
    blocks.push({ kind: 'note', text: `and ${counted(machines.length - shown.length, 'more machine')}` });
  const [only] = machines;
  if (machines.length === 1 && only !== undefined && isHeldBy(only, reader, state))
    blocks.push(...machineButtons(only, state));
  const ending = machines.filter(
    (machine) => (state.leases.get(machine.lease)?.expires ?? now) - now < 86_400,
  ).length;
  const soon = ending === 0 ? '' : `, ${ending} to end within a day`;
  return { title, blocks, summary: `${counted(machines.length, 'machine')}${soon}`, tone: 'plain' };
}

function titleOf(whose: UserId | 'all', state: State, reader: UserId): string {
  if (whose === 'all') return 'All machines';
  return whose === reader ? 'Your machines' : `Machines of ${state.persons.get(whose)?.name ?? whose}`;
}

function isHeldBy(machine: Machine, user: UserId, state: State): boolean {
  const lease = state.leases.get(machine.lease);
  return lease !== undefined && (lease.holder === user || lease.coOwners.includes(user));
}

function row(machine: Machine, withHolder: boolean, state: State): readonly Span[] {
  const lease = state.leases.get(machine.lease);
  const ends: Span = lease === undefined ? '' : { instant: lease.expires };
  const cells: Span[] = [
    machine.name,
    condition(machine, lease),
    `${machine.cores}c ${inMemoryUnit(machine.memory)}`,
    machine.host ?? '',
    ends,
  ];
  if (withHolder)
    cells.push(lease === undefined ? '' : (state.persons.get(lease.holder)?.name ?? lease.holder));
  return cells;
}
