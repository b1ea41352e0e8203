import type { Ask } from '../../policies/command.ts';
import type { Image, Instant, Lease, Machine, Seconds } from '../../policies/model.ts';
import { unreachable } from '../../policies/model.ts';
import type { State } from '../../policies/state.ts';
import type { Block, Button, Span } from '../surface.ts';
import { counted, durationInWords, sizeInWords } from './words.ts';

// What several cards say of a machine, said once.

const WEEK: Seconds = 604_800;

/** `4 cores, 8 GB`. */
export function size(machine: Pick<Machine, 'cores' | 'memory'>): string {
  return `${counted(machine.cores, 'core')}, ${sizeInWords(machine.memory)}`;
}

/** What a machine is doing, in a few words. */
export function condition(machine: Machine, lease: Lease | undefined): string {
  if (machine.movingTo !== null) return `moving to ${machine.movingTo}`;
  switch (machine.phase) {
    case 'waiting':
      return machine.awaits === null ? 'waits for a host' : `waits for ${machine.awaits} to start`;
    case 'placed':
      return 'being made';
    case 'running':
      return lease?.phase === 'held' ? 'being stopped' : 'running';
    case 'stopped':
      return lease?.phase === 'held' ? 'ended, disk kept' : 'stopped';
    case 'purging':
      return 'disk being deleted';
    default:
      return unreachable(machine.phase);
  }
}

/** What a machine is, and how to get on to it. */
export function machineBlocks(machine: Machine, state: State, now: Instant): readonly Block[] {
  const lease = state.leases.get(machine.lease);
  const image = state.images.get(machine.image);
  const fields: [string, Span][] = [
    ['Machine', machine.name],
    ['State', condition(machine, lease)],
    ['Image', machine.image],
    ['Size', size(machine)],
    ['Host', machine.host ?? 'none yet'],
  ];
  if (machine.address !== null) fields.push(['Address', machine.address]);
  if (lease !== undefined) {
    fields.push(['Holder', state.persons.get(lease.holder)?.name ?? lease.holder]);
    fields.push([lease.phase === 'held' ? 'Disk kept until' : 'Lease ends', { instant: lease.expires }]);
    if (lease.expires > now) fields.push(['Time left', durationInWords(lease.expires - now)]);
  }
  const line = machine.phase === 'running' ? connectLine(machine, image) : null;
  return [{ kind: 'fields', fields }, ...(line === null ? [] : [{ kind: 'code' as const, text: line }])];
}

/** The line that gets its reader on to the machine; null as long as it has no address. */
export function connectLine(machine: Machine, image: Image | undefined): string | null {
  if (machine.address === null) return null;
  if (image?.os === 'windows') return `mstsc /v:${machine.address}`;
  return image === undefined ? `ssh ${machine.address}` : `ssh ${image.login}@${machine.address}`;
}

/** Buttons for whatever can be done with a machine as it is now; none while it is made, moves or goes. */
export function machineButtons(machine: Machine, state: State): readonly Block[] {
  const lease = state.leases.get(machine.lease);
  if (lease === undefined || machine.phase === 'purging') return [];
  const made = machine.phase === 'running' || machine.phase === 'stopped';
  if (lease.phase === 'held') return made ? buttons([renew(lease, WEEK)]) : [];
  if (!made) return buttons([release(machine)]);
  return buttons([
    renew(lease, WEEK),
    machine.phase === 'running' ? stop(machine) : plain('Start', { kind: 'start-machine', lease: lease.id }),
    ...(machine.phase === 'running' ? [plain('Restart', { kind: 'restart-machine', lease: lease.id })] : []),
    release(machine),
    remove(machine),
  ]);
}

export function buttons(all: readonly Button[]): readonly Block[] {
  return all.length === 0 ? [] : [{ kind: 'buttons', buttons: all }];
}

/** `Renew 1 week`: pressing it twice on one card renews once, since it carries the end that the card shows. */
export function renew(lease: Lease, length: Seconds): Button {
  const label = `Renew ${counted(length / WEEK, 'week')}`;
  const ask: Ask = { kind: 'renew-lease', lease: lease.id, length, seen: lease.expires };
  return { label, style: 'primary', sends: { ask } };
}

export function release(machine: Machine): Button {
  const confirm = `${machine.name} is stopped and its lease ends now. Its disk is kept for a while: until then Renew gets it back.`;
  return {
    label: 'Release',
    style: 'plain',
    sends: { ask: { kind: 'release-lease', lease: machine.lease } },
    confirm,
  };
}

export function remove(machine: Machine): Button {
  const ask: Ask = { kind: 'delete-machine', lease: machine.lease };
  return { label: 'Delete', style: 'danger', sends: { ask }, confirm: loss(machine) };
}

/** What deleting a machine costs. */
export function loss(machine: Machine): string {
  return (
    `${machine.name} is stopped now, and whatever runs on it is lost. After a short hold its disk is deleted with all ` +
    `that is on it, and cannot be got back.`
  );
}

/** What deleting costs when only the disk is left. */
export function lossOfDisk(machine: Machine): string {
  return (
    `The lease of ${machine.name} has ended already. After a short hold, if not before, its disk is deleted with all that is on it, ` +
    `and cannot be got back.`
  );
}

function stop(machine: Machine): Button {
  const confirm = `Whatever runs on ${machine.name} ends. Lease, disk and address stay.`;
  return { ...plain('Stop', { kind: 'stop-machine', lease: machine.lease }), confirm };
}

/** A button without ceremony. */
export function plain(label: string, ask: Ask): Button {
  return { label, style: 'plain', sends: { ask } };
}

/** A button that says a sentence as if it had been typed. */
export function saying(label: string, text: string): Button {
  return { label, style: 'plain', sends: { text } };
}
