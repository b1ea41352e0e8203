import type { Desk } from '../desk.ts';
import type { HostName, Instant, Lease, LeaseId, Machine, MachineId, MachineName } from '../model.ts';
import { answering, effect, integer, text, type Primitive } from './primitive.ts';

/** What becomes of leases, and of their machines' power. */
export const leasePrimitives: readonly Primitive[] = [
  answering(
    effect(
      'grant',
      ['symbol', 'integer'],
      'a lease of that length with a machine that waits',
      (desk, [request, length]) => grant(desk, text(request), integer(length)),
    ),
  ),
  answering(
    effect(
      'extend',
      ['symbol', 'integer'],
      'moves the end of a lease; brings a held one back',
      (desk, [id, until]) => {
        const lease = theLease(desk, text(id));
        if (lease === null || !mayAct(desk, lease)) return false;
        const expires = integer(until) as Instant;
        if (expires <= desk.at) return desk.breach(`the new end of ${lease.id} is not in the future`);
        desk.accept();
        const by = desk.command?.by ?? null;
        if (lease.phase === 'held') return restore(desk, lease, expires);
        if (lease.phase === 'ended') return desk.breach(`${lease.id} has ended`);
        if (lease.expires !== expires) desk.happen({ kind: 'lease-extended', lease: lease.id, expires, by });
        return true;
      },
    ),
  ),
  answering(
    effect(
      'end-lease',
      ['symbol', 'symbol', 'integer'],
      'ends a lease: the machine is stopped, its disk held; a hold can only be made shorter',
      (desk, [id, reason, hold]) => {
        const lease = theLease(desk, text(id));
        if (lease === null || !mayAct(desk, lease)) return false;
        const why = text(reason);
        if (why !== 'expired' && why !== 'released' && why !== 'deleted')
          return desk.breach(`a lease is expired, released or deleted, not ${why}`);
        desk.accept();
        if (lease.phase === 'ended') return true;
        const until = (desk.at + Math.max(0, integer(hold))) as Instant;
        if (lease.phase !== 'held') return end(desk, lease, why, until);
        if (until < lease.expires) desk.happen({ kind: 'lease-ended', lease: lease.id, reason: why, until });
        return true;
      },
    ),
  ),
  effect('purge', ['symbol'], 'deletes machine and disk of a held lease whose hold is over', (desk, [id]) => {
    const lease = theLease(desk, text(id));
    if (lease === null) return false;
    if (lease.phase !== 'held')
      return desk.breach(`${lease.id} is not held: nothing is destroyed that was not announced`);
    if (lease.expires > desk.at) return desk.breach(`the hold of ${lease.id} is not over`);
    const machine = desk.state.machines.the(lease.machine);
    if (machine.busy) return true;
    if (machine.host === null) return desk.breach(`${machine.name} is on no host`);
    if (!isAnnounced(desk, lease))
      desk.open({
        kind: 'purged',
        to: lease.holder,
        lease: lease.id,
        machine: machine.id,
        name: machine.name,
      });
    return desk.create({ kind: 'purge', host: machine.host, machine: machine.id });
  }),
  answering(
    effect('start', ['symbol'], 'starts a stopped machine', (desk, [id]) =>
      power(desk, text(id), 'start', (machine) => machine.phase === 'running'),
    ),
  ),
  answering(
    effect('stop', ['symbol'], 'stops a running machine', (desk, [id]) =>
      power(desk, text(id), 'stop', (machine) => machine.phase === 'stopped'),
    ),
  ),
  answering(
    effect('restart', ['symbol'], 'restarts a running machine', (desk, [id]) =>
      power(desk, text(id), 'restart', () => false),
    ),
  ),
];

/** Whether its holder is being told already, because an earlier purge failed. */
function isAnnounced({ state }: Desk, lease: Lease): boolean {
  for (const notice of state.notices.values())
    if (notice.kind === 'purged' && notice.lease === lease.id) return true;
  return false;
}

function grant(desk: Desk, request: string, length: number): boolean {
  const { command, state, at } = desk;
  if (command?.kind !== 'new-machine' || command.id !== request)
    return desk.breach(`${request} does not ask for a machine`);
  if (desk.isAccepted) return true;
  if (length <= 0) return desk.breach('a lease ends after it begins');
  const image = state.images.get(command.image);
  if (image === undefined) return desk.breach(`there is no image ${command.image}`);
  if (command.cores < 1 || command.memory < 1)
    return desk.breach('a machine has at least one core and some memory');
  if (command.name !== null && state.machineNamed(command.name) !== undefined)
    return desk.breach(`${command.name} is taken`);
  const number = state.count('lease') + 1;
  desk.accept();
  desk.happen({
    kind: 'lease-granted',
    lease: `lease-${number}` as LeaseId,
    holder: command.by,
    expires: (at + length) as Instant,
    machine: {
      id: `m-${number}` as MachineId,
      name: command.name ?? freeName(desk, command.by),
      image: image.name,
      cores: command.cores,
      memory: command.memory,
    },
  });
  return true;
}

/** `vm-ann-1`, with the lowest number that is free. */
function freeName(desk: Desk, holder: string): MachineName {
  const stem = `vm-${holder
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 24)}`;
  for (let number = 1; ; number++)
    if (!desk.state.names.has(`${stem}-${number}`)) return `${stem}-${number}` as MachineName;
}

function theLease(desk: Desk, id: string): Lease | null {
  const lease = desk.state.leases.get(id as LeaseId);
  if (lease === undefined) desk.breach(`there is no lease ${id}`);
  return lease ?? null;
}

/** The law of leases: when a person asks, only the holder, a co-owner or an administrator acts on one. */
export function mayAct(desk: Desk, lease: Lease): boolean {
  const { speaker } = desk;
  if (speaker === null || speaker.role === 'admin' || speaker.id === lease.holder) return true;
  return (
    lease.coOwners.includes(speaker.id) ||
    desk.breach(`${speaker.id} neither holds ${lease.id} nor shares it`)
  );
}

/** Brings a held lease back: the machine takes room on its host again, if there is any. */
function restore(desk: Desk, lease: Lease, expires: Instant): boolean {
  const machine = desk.state.machines.the(lease.machine);
  if (machine.phase === 'purging') return desk.breach(`the disk of ${machine.name} is being deleted`);
  const host = machine.host === null ? undefined : desk.state.hosts.get(machine.host);
  if (host === undefined) return desk.breach(`${machine.name} is on no host`);
  const isCounted = machine.phase !== 'stopped';
  if (!isCounted && !hasRoom(desk, host.name, machine))
    return desk.breach(`${host.name} has no room for ${machine.name}`);
  const by = desk.command?.by ?? null;
  desk.happen({ kind: 'lease-restored', lease: lease.id, expires, by });
  return true;
}

/** Whether what a host has free suffices for the machine. */
export function hasRoom(desk: Desk, name: HostName, machine: Pick<Machine, 'cores' | 'memory'>): boolean {
  const host = desk.state.hosts.the(name);
  return host.cores - host.coresUsed >= machine.cores && host.memory - host.memoryUsed >= machine.memory;
}

function end(desk: Desk, lease: Lease, reason: 'expired' | 'released' | 'deleted', until: Instant): boolean {
  const machine = desk.state.machines.the(lease.machine);
  if (machine.host === null) {
    desk.happen({
      kind: 'machine-abandoned',
      machine: machine.id,
      reason: `the lease was ${reason} before it had a host`,
    });
    return true;
  }
  desk.happen({ kind: 'lease-ended', lease: lease.id, reason, until });
  if (machine.phase === 'running' || machine.phase === 'placed' || machine.busy)
    desk.create({ kind: 'stop', host: whereItWillBe(machine), machine: machine.id });
  if (reason === 'expired')
    desk.open({
      kind: 'ended',
      to: lease.holder,
      lease: lease.id,
      machine: machine.id,
      name: machine.name,
      expires: until,
      text: reason,
    });
  return true;
}

/** The host that a machine is on once its jobs before this one have ended well. */
function whereItWillBe(machine: Machine): HostName {
  return machine.movingTo ?? (machine.host as HostName);
}

function power(
  desk: Desk,
  id: string,
  kind: 'start' | 'stop' | 'restart',
  holds: (machine: Machine) => boolean,
): boolean {
  const machine = desk.state.machines.get(id as MachineId);
  if (machine === undefined) return desk.breach(`there is no machine ${id}`);
  const lease = desk.state.leases.the(machine.lease);
  if (!mayAct(desk, lease)) return false;
  if (machine.phase !== 'running' && machine.phase !== 'stopped')
    return desk.breach(`${machine.name} is ${machine.phase}: it cannot ${kind}`);
  if (kind !== 'stop' && lease.phase !== 'active') return desk.breach(`${machine.name} has no live lease`);
  desk.accept();
  if (!machine.busy && holds(machine)) return true;
  return desk.create({ kind, host: whereItWillBe(machine), machine: machine.id });
}
