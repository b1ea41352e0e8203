import type { AuditedHost } from '../../hyperv/simulator/simulator.ts';
import { Journal, type Entry } from '../../jobs/journal.ts';
import { replay, type Recorded } from '../../jobs/loop.ts';
import type { Refusal } from '../../policies/event.ts';
import type { MachineId, NoticeId } from '../../policies/model.ts';
import { State, type StateData } from '../../policies/state.ts';

/** What a run left behind, when everything had come to rest. */
export interface Remains {
  /** The data folder; nobody works on it any more. */
  readonly folder: string;
  /** Presses of which the person was told that they were taken, with what was asked and answered. */
  readonly acknowledged: ReadonlyMap<string, string>;
  /** As the last process had it. */
  readonly state: StateData;
  readonly audit: readonly AuditedHost[];
}

/** What the journal has of one command. */
interface Told {
  accepted: number;
  grants: number;
  readonly refusals: Refusal[];
  readonly notices: NoticeId[];
}

/** Everything that is not as it must be, in sentences; none when all is well. */
export async function wrongs(remains: Remains): Promise<readonly string[]> {
  const { state, told, closed } = await read(remains.folder);
  return [
    ...promises(remains.acknowledged, told, closed),
    ...repetitions(told),
    ...leaseLaws(state),
    ...hostLaws(state, remains.audit),
    ...unfinished(state),
    ...tablesThatDiffer(state.toJSON(), remains.state),
  ];
}

async function read(
  folder: string,
): Promise<{ state: State; told: Map<string, Told>; closed: Set<NoticeId> }> {
  const journal = await Journal.open<Recorded>(folder);
  const state = new State();
  const told = new Map<string, Told>();
  const closed = new Set<NoticeId>();
  for await (const entry of journal.read(1)) {
    replay(state, entry);
    note(entry, told, closed);
  }
  await journal.close();
  return { state, told, closed };
}

function note(
  { value: { input, events } }: Entry<Recorded>,
  told: Map<string, Told>,
  closed: Set<NoticeId>,
): void {
  for (const event of events) if (event.kind === 'notice-closed') closed.add(event.notice);
  if (input.kind !== 'command') return;
  const { id } = input.command;
  const command = told.get(id) ?? { accepted: 0, grants: 0, refusals: [], notices: [] };
  told.set(id, command);
  for (const event of events) {
    if (event.kind === 'request-accepted') command.accepted++;
    if (event.kind === 'lease-granted') command.grants++;
    if (event.kind === 'request-refused') command.refusals.push(...event.refusals);
    if (event.kind === 'notice-opened' && event.notice.command === id) command.notices.push(event.notice.id);
  }
}

/** Whatever was acknowledged is finished, or was refused in words. */
function promises(
  acknowledged: ReadonlyMap<string, string>,
  told: ReadonlyMap<string, Told>,
  closed: ReadonlySet<NoticeId>,
): string[] {
  const found: string[] = [];
  for (const [nonce, asked] of acknowledged) {
    const [id, command] = [...told].find(([key]) => key.startsWith(`press:${nonce}:`)) ?? [];
    if (id === undefined || command === undefined) {
      found.push(`${nonce} was acknowledged, and the journal knows nothing of it: ${asked}`);
      continue;
    }
    if (command.accepted === 0 && command.refusals.length === 0)
      found.push(`${id} was neither accepted nor refused`);
    if (command.refusals.some(({ reason }) => reason.trim() === ''))
      found.push(`${id} was refused without words`);
    if (command.notices.length === 0) found.push(`${id} has no notice that could be told`);
    for (const notice of command.notices)
      if (!closed.has(notice)) found.push(`${notice}, of ${id}, was never told to its end`);
  }
  return found;
}

function repetitions(told: ReadonlyMap<string, Told>): string[] {
  const found: string[] = [];
  for (const [id, { accepted, grants }] of told) {
    if (accepted > 1) found.push(`${id} was accepted ${accepted} times`);
    if (grants > 1) found.push(`${id} was granted ${grants} leases`);
  }
  return found;
}

/** A lease has its machine, a machine has its lease, and names are not given twice. */
function leaseLaws(state: State): string[] {
  const found: string[] = [];
  const names = new Set<string>();
  for (const { id, machine } of state.leases.values())
    if (state.machines.get(machine)?.lease !== id) found.push(`${id} has no machine`);
  for (const { id, lease, name } of state.machines.values()) {
    if (state.leases.get(lease)?.machine !== id) found.push(`${id} has no lease`);
    if (names.has(name)) found.push(`two machines are called ${name}`);
    names.add(name);
  }
  return found;
}

/** What the hosts have is what the state says that they have, once each. */
function hostLaws(state: State, audit: readonly AuditedHost[]): string[] {
  const found: string[] = [];
  const machines = new Map<MachineId, string>();
  const disks = new Map<MachineId, string>();
  for (const host of audit) {
    for (const { machine, power } of host.machines) {
      if (machines.has(machine)) found.push(`${machine} is on ${machines.get(machine)} and on ${host.name}`);
      machines.set(machine, host.name);
      const wanted = state.machines.get(machine);
      if (wanted === undefined) found.push(`${host.name} has the machine ${machine}, which nobody holds`);
      else if (wanted.phase !== (power === 'running' ? 'running' : 'stopped'))
        found.push(`${machine} is ${wanted.phase}, and ${power} on ${host.name}`);
    }
    for (const { machine } of host.disks) {
      if (disks.has(machine))
        found.push(`the disk of ${machine} is on ${disks.get(machine)} and on ${host.name}`);
      disks.set(machine, host.name);
      if (!state.machines.has(machine)) found.push(`${host.name} has an orphan disk of ${machine}`);
    }
  }
  for (const { id, host } of state.machines.values()) {
    if (machines.get(id) !== host)
      found.push(`${id} should be on ${host} and is on ${machines.get(id) ?? 'no host'}`);
    if (disks.get(id) !== host)
      found.push(`the disk of ${id} should be on ${host} and is on ${disks.get(id) ?? 'no host'}`);
  }
  return found;
}

function unfinished(state: State): string[] {
  const busy = [...state.machines.values()].filter((machine) => machine.busy);
  return [
    ...[...state.jobs.keys()].map((id) => `${id} has not ended`),
    ...busy.map(({ id }) => `${id} is busy, and has no job`),
  ];
}

/** The state is the fold of the journal, however often its owner was killed. */
function tablesThatDiffer(folded: StateData, reported: StateData): string[] {
  // The last process shuts down between its report and this reading: how far the journal has gone is no difference.
  const names = Object.keys(folded).filter((name) => name !== 'counter');
  return names
    .filter((name) => JSON.stringify(folded[name]) !== JSON.stringify(reported[name]))
    .map((name) => `the table ${name} of the last process is not what its journal folds to`);
}
