import type { Ask } from '../../policies/command.ts';
import type { Notice } from '../../policies/event.ts';
import { unreachable, type Host, type HostName, type LeaseId, type Machine } from '../../policies/model.ts';
import { isSettled } from '../../policies/notice.ts';
import type { State } from '../../policies/state.ts';
import type { Block, Card } from '../surface.ts';
import { buttons, plain, saying } from './machine-parts.ts';
import { counted, joined } from './words.ts';

type HostAsk = Extract<Ask, { host: HostName }>;

/** Machines of a draining host that are named one by one. */
const MACHINES_MAX = 15;
/** Disks that stay there whose machines are named. */
const HELD_MAX = 5;

/** The answer to a command about a host: what it does now, and for a drain which machines are still there. */
export function hostAnswer(notice: Notice, ask: HostAsk, state: State): Card {
  const host = state.hosts.get(ask.host);
  const text = notice.outcome?.text ?? notice.text ?? '';
  const isBad = notice.outcome?.good === false;
  const isUnderWay = host !== undefined && !isSettled(notice, state);
  const title = isBad ? `${ask.host}: this failed` : titleOf(ask, host, isUnderWay);
  const blocks: Block[] = text === '' ? [] : [{ kind: 'text', text }];
  if (host !== undefined && (ask.kind === 'drain-host' || ask.kind === 'power-host-off'))
    blocks.push(...leaving(host, state), ...stuck(host, state), ...staying(host, state));
  if (isUnderWay && ask.kind !== 'resume-host') blocks.push(...steps(ask, host));
  if (isBad) blocks.push(...buttons([{ label: 'Try again', style: 'primary', sends: { ask } }]));
  else if (host?.status === 'draining')
    blocks.push(...buttons([plain('Resume', { kind: 'resume-host', host: host.name })]));
  if (blocks.length === 0) blocks.push(...buttons([saying('Hosts', 'hosts')]));
  const summary = text === '' ? `${title}.` : `${title}: ${text}`;
  return { title, blocks, summary, tone: isBad ? 'bad' : isUnderWay ? 'plain' : 'good' };
}

function titleOf(ask: HostAsk, host: Host | undefined, isUnderWay: boolean): string {
  if (host === undefined) return `${ask.host} is not known any more`;
  if (!isUnderWay) return settledTitle(ask, host);
  switch (ask.kind) {
    case 'drain-host':
      return `Draining ${ask.host}: ${counted(host.machines, 'machine')} left`;
    case 'power-host-off':
      return host.machines > 0
        ? `Switching ${ask.host} off: ${counted(host.machines, 'machine')} left`
        : `Switching ${ask.host} off`;
    case 'power-host-on':
      return `Switching ${ask.host} on`;
    case 'resume-host':
      return `${ask.host} takes machines again`;
    default:
      return unreachable(ask);
  }
}

function settledTitle(ask: HostAsk, host: Host): string {
  switch (host.status) {
    case 'ready':
      return ask.kind === 'power-host-on' ? `${host.name} is on` : `${host.name} takes machines again`;
    case 'draining':
      return host.machines === 0 ? `${host.name} is drained` : `${host.name} is draining`;
    case 'off':
      return `${host.name} is off`;
    case 'starting':
      return `${host.name} is starting`;
    case 'stopping':
      return `${host.name} is being switched off`;
    case 'unreachable':
      return `${host.name} does not answer`;
    default:
      return unreachable(host.status);
  }
}

/** The machines that are still on a host, and where those that move now go. */
function leaving(host: Host, state: State): readonly Block[] {
  const here = machinesOn(host, state).filter(({ lease }) => !isHeld(lease, state));
  if (here.length === 0) return [];
  const moving = here.filter(({ movingTo }) => movingTo !== null);
  const shown = [...moving, ...here.filter(({ movingTo }) => movingTo === null)].slice(0, MACHINES_MAX);
  const rows = shown.map(({ name, movingTo, phase }) => [
    name,
    movingTo === null ? phase : `moving to ${movingTo}`,
  ]);
  const table: Block = { kind: 'table', head: ['Machine', 'State'], rows };
  const more = here.length - shown.length;
  return more === 0 ? [table] : [table, { kind: 'note', text: `and ${counted(more, 'more machine')}` }];
}

/** A drain that can move nothing now says when it tries again. */
function stuck(host: Host, state: State): readonly Block[] {
  const timer = state.timers.find('drain-again', host.name);
  const isMoving = machinesOn(host, state).some(({ movingTo }) => movingTo !== null);
  if (host.status !== 'draining' || host.machines === 0 || isMoving || timer === undefined || timer.rang)
    return [];
  const text = `What is left on ${host.name} cannot move now: no other host has room for it, or a move has failed.`;
  return [
    { kind: 'text', text },
    { kind: 'fields', fields: [['Tried again', { instant: timer.at }]] },
  ];
}

/** Disks that are only kept do not move. */
function staying(host: Host, state: State): readonly Block[] {
  const held = machinesOn(host, state).filter(({ lease }) => isHeld(lease, state));
  if (held.length === 0) return [];
  const whose =
    held.length <= HELD_MAX ? joined(held.map(({ name }) => name)) : counted(held.length, 'machine');
  return [{ kind: 'note', text: `Kept on ${host.name} after its lease: the disk of ${whose}.` }];
}

function machinesOn(host: Host, state: State): readonly Machine[] {
  return [...state.machines.values()].filter(
    (machine) => machine.host === host.name && machine.phase !== 'purging',
  );
}

function isHeld(lease: LeaseId, state: State): boolean {
  return state.leases.get(lease)?.phase === 'held';
}

function steps(ask: HostAsk, host: Host): readonly Block[] {
  const isEmpty = host.machines === 0;
  const empty = { label: 'Move every machine away', state: isEmpty ? ('done' as const) : ('now' as const) };
  switch (ask.kind) {
    case 'drain-host':
      return [{ kind: 'steps', steps: [empty] }];
    case 'power-host-off':
      return [{ kind: 'steps', steps: [empty, { label: 'Switch it off', state: isEmpty ? 'now' : 'next' }] }];
    case 'power-host-on':
      return [{ kind: 'steps', steps: [{ label: 'Switch it on and wait until it answers', state: 'now' }] }];
    case 'resume-host':
      return [];
    default:
      return unreachable(ask);
  }
}
