import type { PlainValue } from '../engine/session.ts';
import type { HostName, ImageName, LeaseId, MachineId, UserId } from './model.ts';
import type { State } from './state.ts';

/** A fact of the vocabulary: a template of vocabulary.clp with plain values by slot. */
export interface StateFact {
  readonly template: string;
  readonly slots: Readonly<Record<string, PlainValue>>;
}

/** One entity of the state, by its table and id. */
export interface EntityRef {
  readonly table: string;
  readonly key: string;
}

/** The tables that rules see as facts, in the order in which a new session gets them. */
const SEEN = ['person', 'host', 'image', 'lease', 'machine', 'waiting'] as const;

/** All entities that rules see. */
export function* entities(state: State): Iterable<EntityRef> {
  const { persons: person, hosts: host, images: image, leases: lease, machines: machine, waiting } = state;
  const tables = { person, host, image, lease, machine, waiting };
  for (const table of SEEN) for (const key of tables[table].keys()) yield { table, key };
}

/** Whose facts may differ after this entity changed: its own, and for a machine also that of the head of the waiting line. */
export function seenThrough({ table, key }: EntityRef): readonly EntityRef[] {
  if (table === 'machine')
    return [
      { table, key },
      { table: 'waiting', key: 'line' },
    ];
  return (SEEN as readonly string[]).includes(table) ? [{ table, key }] : [];
}

/** The fact of one entity; null when the entity is gone. */
export function factOf(state: State, { table, key }: EntityRef): StateFact | null {
  switch (table) {
    case 'person':
      return personFact(state, key as UserId);
    case 'host':
      return hostFact(state, key as HostName);
    case 'image':
      return imageFact(state, key as ImageName);
    case 'lease':
      return leaseFact(state, key as LeaseId);
    case 'machine':
      return machineFact(state, key as MachineId);
    case 'waiting':
      return waitingFact(state);
    default:
      return null;
  }
}

function personFact(state: State, id: UserId): StateFact | null {
  const person = state.persons.get(id);
  if (person === undefined) return null;
  const { name, role, machines, cores, memory } = person;
  return { template: 'person', slots: { id, name, role, machines, cores, memory } };
}

function hostFact(state: State, name: HostName): StateFact | null {
  const host = state.hosts.get(name);
  if (host === undefined) return null;
  return {
    template: 'host',
    slots: {
      name,
      status: host.status,
      wanted: host.wanted,
      cores: host.cores,
      memory: host.memory,
      'free-cores': host.cores - host.coresUsed - host.coresPromised,
      'free-memory': host.memory - host.memoryUsed - host.memoryPromised,
      machines: host.machines,
      promised: host.coresPromised > 0,
      since: host.since,
      load: host.load,
    },
  };
}

function imageFact(state: State, name: ImageName): StateFact | null {
  const image = state.images.get(name);
  return image === undefined
    ? null
    : { template: 'image', slots: { name, os: image.os, 'memory-min': image.memoryMin } };
}

function leaseFact(state: State, id: LeaseId): StateFact | null {
  const lease = state.leases.get(id);
  if (lease === undefined) return null;
  const { machine, holder, coOwners, phase, since, expires } = lease;
  return { template: 'lease', slots: { id, machine, holder, 'co-owners': coOwners, phase, since, expires } };
}

function machineFact(state: State, id: MachineId): StateFact | null {
  const machine = state.machines.get(id);
  if (machine === undefined) return null;
  const { name, lease, image, cores, memory, phase, busy } = machine;
  const where = {
    host: machine.host ?? 'nil',
    'moving-to': machine.movingTo ?? 'nil',
    awaits: machine.awaits ?? 'nil',
  };
  return { template: 'machine', slots: { id, name, lease, image, cores, memory, phase, ...where, busy } };
}

/** The first of the line: machines are offered to placement one at a time. */
function waitingFact(state: State): StateFact | null {
  const id = state.waiting.get('line')?.[0];
  const machine = id === undefined ? undefined : state.machines.get(id);
  if (machine === undefined) return null;
  const { lease, image, cores, memory, avoids } = machine;
  return { template: 'waiting', slots: { machine: machine.id, lease, image, cores, memory, avoids } };
}
