import type { Event, Notice } from './event.ts';
import type { Job, JobRecord } from './job.ts';
import {
  unreachable,
  type Host,
  type HostName,
  type Instant,
  type JobId,
  type Lease,
  type Machine,
  type MachineId,
} from './model.ts';
import { remark } from './history.ts';
import type { State } from './state.ts';

/** Accepted commands and policy versions that are remembered: enough for any repeated delivery, and for going back. */
const COMMANDS_KEPT = 10_000;
const POLICY_VERSIONS_KEPT = 50;

/** Folds one event into the state. It never refuses: what may happen was checked before the event was made. */
export function foldInto(state: State, event: Event, at: Instant, entry: number): void {
  if (state.count('entry') !== entry) {
    state.counters.set('entry', entry);
    state.counters.set('at', at);
  }
  remark(state, event, at, entry);
  switch (event.kind) {
    case 'host-registered': {
      const known = state.hosts.get(event.host.name);
      const { name, cores, memory, power } = event.host;
      if (known !== undefined) state.hosts.set(name, { ...known, cores, memory });
      else state.hosts.set(name, newHost(name, cores, memory, power, at));
      return;
    }
    case 'host-changed': {
      const host = state.hosts.the(event.host);
      const status = event.status ?? host.status;
      const since = status === host.status ? host.since : at;
      const drains = status === 'unreachable' ? host.drains : status === 'draining';
      state.hosts.set(event.host, { ...host, status, drains, wanted: event.wanted ?? host.wanted, since });
      return;
    }
    case 'host-sampled':
      state.hosts.set(event.host, { ...state.hosts.the(event.host), load: event.load });
      return;
    case 'image-registered':
      state.images.set(event.image.name, event.image);
      return;
    case 'person-registered': {
      const { person: id, name, role, direct } = event;
      const known = state.persons.get(id) ?? { machines: 0, cores: 0, memory: 0 };
      state.persons.set(id, { ...known, id, name, role, direct });
      return;
    }
    case 'request-accepted': {
      state.commands.set(event.command, { entry, by: event.by, at });
      const [oldest] = state.commands.keys();
      if (state.commands.size > COMMANDS_KEPT && oldest !== undefined) state.commands.delete(oldest);
      return;
    }
    case 'request-refused':
      return;
    case 'lease-granted': {
      const { id, name, image, cores, memory } = event.machine;
      const { lease, holder, expires } = event;
      state.counters.set('lease', state.count('lease') + 1);
      putLease(state, {
        id: lease,
        machine: id,
        holder,
        coOwners: [],
        phase: 'requested',
        since: at,
        expires,
      });
      const placeless = { host: null, movingTo: null, awaits: null, address: null, busy: false, avoids: [] };
      const machine: Machine = { id, name, lease, image, cores, memory, phase: 'waiting', ...placeless };
      putMachine(state, machine, at);
      addToPerson(state, state.leases.the(lease), machine, 1);
      return;
    }
    case 'lease-extended':
      putLease(state, { ...state.leases.the(event.lease), expires: event.expires, since: at });
      return;
    case 'lease-ended': {
      const lease = state.leases.the(event.lease);
      putLease(state, { ...lease, phase: 'held', since: at, expires: event.until });
      recount(state, state.machines.the(lease.machine), lease, at);
      return;
    }
    case 'lease-restored': {
      const lease = state.leases.the(event.lease);
      putLease(state, { ...lease, phase: 'active', since: at, expires: event.expires });
      recount(state, state.machines.the(lease.machine), lease, at);
      return;
    }
    case 'machine-placed':
      change(state, event.machine, { phase: 'placed', host: event.host, awaits: null }, at);
      return;
    case 'machine-awaits':
      change(state, event.machine, { awaits: event.host }, at);
      return;
    case 'host-excluded': {
      const { avoids } = state.machines.the(event.machine);
      change(state, event.machine, { avoids: [...avoids, event.host] }, at);
      return;
    }
    case 'machine-abandoned': {
      conclude(state, (notice) => notice.machine === event.machine, false, event.reason);
      remove(state, event.machine, at);
      return;
    }
    case 'machine-found':
      change(state, event.machine, { host: event.host }, at);
      return;
    case 'machine-migrating':
      change(state, event.machine, { movingTo: event.to }, at);
      return;
    case 'job-created': {
      const phase = [...state.jobs.values()].some((other) => conflict(other.job, event.job))
        ? 'waiting'
        : 'queued';
      state.jobs.set(event.id, { id: event.id, job: event.job, phase, since: at, done: [] });
      if ('machine' in event.job) change(state, event.job.machine, { busy: true }, at);
      beginJob(state, event.job, at);
      return;
    }
    case 'step-done': {
      const record = state.jobs.get(event.job);
      if (record === undefined) return;
      const done = record.done.includes(event.step) ? record.done : [...record.done, event.step];
      state.jobs.set(record.id, { ...record, done });
      if (event.address !== null && 'machine' in record.job)
        change(state, record.job.machine, { address: event.address }, at);
      return;
    }
    case 'job-ended': {
      const record = state.jobs.get(event.job);
      if (record === undefined) return;
      state.jobs.delete(event.job);
      if ('machine' in record.job) markBusy(state, record.job.machine, at);
      if (event.outcome === 'done') completeJob(state, record.job, at);
      else failJob(state, record.job, event, at);
      queueNext(state, at);
      return;
    }
    case 'timer-set': {
      const { purpose, subject, at: instant } = event;
      state.timers.put({ purpose, subject, at: instant, rang: false });
      return;
    }
    case 'timer-rang': {
      state.timers.ring(event.purpose, event.subject);
      return;
    }
    case 'notice-opened':
      state.notices.set(event.notice.id, event.notice);
      return;
    case 'notice-concluded':
      conclude(state, (notice) => notice.id === event.notice, event.good, event.text);
      return;
    case 'notice-posted': {
      const notice = state.notices.get(event.notice);
      if (notice !== undefined) state.notices.set(event.notice, { ...notice, message: event.message });
      return;
    }
    case 'notice-closed':
      state.notices.delete(event.notice);
      return;
    case 'policies-activated': {
      const { version: number, files, author, note } = event;
      if (files !== null) {
        state.policies.set(String(number), { number, files, author, at, note });
        state.counters.set('policy-last', number);
        state.policies.delete(String(number - POLICY_VERSIONS_KEPT));
      }
      state.counters.set('policy', number);
      return;
    }
    default:
      unreachable(event);
  }
}

function newHost(name: HostName, cores: number, memory: number, power: 'on' | 'off', at: Instant): Host {
  const empty = { coresUsed: 0, memoryUsed: 0, machines: 0, coresPromised: 0, memoryPromised: 0, load: 0 };
  return {
    name,
    cores,
    memory,
    status: power === 'on' ? 'ready' : 'off',
    wanted: power,
    since: at,
    drains: false,
    ...empty,
  };
}

/** What a job changes when it is decided: that others see it coming. */
function beginJob(state: State, job: Job, at: Instant): void {
  if (job.kind === 'power-on') setStatus(state, job.host, 'starting', at);
  if (job.kind === 'power-off') setStatus(state, job.host, 'stopping', at);
  if (job.kind === 'purge') change(state, job.machine, { phase: 'purging' }, at);
}

function completeJob(state: State, job: Job, at: Instant): void {
  switch (job.kind) {
    case 'clone': {
      const machine = change(state, job.machine, { phase: 'running' }, at);
      const lease = state.leases.the(machine.lease);
      if (lease.phase === 'requested') putLease(state, { ...lease, phase: 'active' });
      return;
    }
    case 'start':
    case 'restart':
      change(state, job.machine, { phase: 'running' }, at);
      return;
    case 'stop':
      change(state, job.machine, { phase: 'stopped' }, at);
      return;
    case 'migrate':
      change(state, job.machine, { host: job.to, movingTo: null }, at);
      return;
    case 'purge':
      remove(state, job.machine, at);
      return;
    case 'power-on':
      setStatus(state, job.host, 'ready', at);
      releaseWaiters(state, job.host, at);
      return;
    case 'power-off':
      setStatus(state, job.host, isComingBack(state, job.host) ? 'starting' : 'off', at);
      return;
    default:
      unreachable(job);
  }
}

/** After a failure things are again as before the job; what becomes of that is for rules to say. */
function failJob(state: State, job: Job, failure: Event & { kind: 'job-ended' }, at: Instant): void {
  const message = failure.message ?? 'it failed';
  switch (job.kind) {
    case 'clone':
      // What may still be there keeps the machine on its host, or it could be made a second time elsewhere.
      if (failure.undone) change(state, job.machine, { phase: 'waiting', host: null, address: null }, at);
      else {
        change(state, job.machine, { phase: 'purging', address: null }, at);
        conclude(
          state,
          (notice) => notice.kind === 'answer' && notice.machine === job.machine,
          false,
          message,
        );
      }
      return;
    case 'migrate':
      change(state, job.machine, { movingTo: null }, at);
      return;
    case 'purge':
      return;
    case 'start':
    case 'stop':
    case 'restart':
      conclude(state, (notice) => notice.kind === 'answer' && notice.machine === job.machine, false, message);
      return;
    case 'power-on':
      setStatus(state, job.host, 'unreachable', at);
      releaseWaiters(state, job.host, at);
      conclude(state, (notice) => notice.kind === 'answer' && notice.host === job.host, false, message);
      return;
    case 'power-off':
      keepOn(state, job.host, at);
      conclude(state, (notice) => notice.kind === 'answer' && notice.host === job.host, false, message);
      return;
    default:
      unreachable(job);
  }
}

function markBusy(state: State, machine: MachineId, at: Instant): void {
  change(state, machine, { busy: state.jobsOf(machine).length > 0 }, at);
}

/** Whether the host is to be switched on as soon as it is off. */
function isComingBack(state: State, name: HostName): boolean {
  return [...state.jobs.values()].some(({ job }) => job.kind === 'power-on' && job.host === name);
}

/** A host that could not be switched off is not tried again by itself: it takes no machine if an operator wanted it off. */
function keepOn(state: State, name: HostName, at: Instant): void {
  const host = state.hosts.the(name);
  const status = host.wanted === 'off' ? 'draining' : 'ready';
  state.hosts.set(name, { ...host, status, wanted: 'on', since: at });
}

/** Two jobs that may not run at once: of one machine, or one of them switches a host that the other works on. */
function conflict(one: Job, other: Job): boolean {
  if ('machine' in one && 'machine' in other) return one.machine === other.machine;
  return hostsOf(one).some((host) => hostsOf(other).includes(host));
}

function hostsOf(job: Job): readonly HostName[] {
  return job.kind === 'migrate' ? [job.host, job.to] : [job.host];
}

/** Hands over jobs that waited behind one that has ended, oldest first. */
function queueNext(state: State, at: Instant): void {
  const ahead: JobRecord[] = [];
  for (const record of Array.from(state.jobs.values())) {
    if (record.phase === 'waiting' && !ahead.some((other) => conflict(other.job, record.job)))
      state.jobs.set(record.id, { ...record, phase: 'queued', since: at });
    ahead.push(record);
  }
}

function releaseWaiters(state: State, host: HostName, at: Instant): void {
  for (const machine of Array.from(state.machines.values()))
    if (machine.awaits === host) change(state, machine.id, { awaits: null }, at);
}

function setStatus(state: State, name: HostName, status: Host['status'], at: Instant): void {
  state.hosts.set(name, { ...state.hosts.the(name), status, since: at });
}

function conclude(state: State, which: (notice: Notice) => boolean, good: boolean, text: string): void {
  for (const notice of Array.from(state.notices.values()))
    if (notice.outcome === null && which(notice))
      state.notices.set(notice.id, { ...notice, outcome: { good, text } });
}

// Totals of hosts and persons. They are kept here, by difference, so that no rule ever has to add up.

function change(state: State, id: MachineId, difference: Partial<Machine>, at: Instant): Machine {
  const machine = { ...state.machines.the(id), ...difference };
  putMachine(state, machine, at);
  return machine;
}

function putMachine(state: State, machine: Machine, at: Instant): void {
  const before = state.machines.get(machine.id);
  const lease = state.leases.get(machine.lease);
  state.machines.set(machine.id, machine);
  if (before === undefined) state.names.set(machine.name, machine.id);
  shift(state, before, lease, machine, lease, at);
  keepLine(state, machine);
}

function putLease(state: State, lease: Lease): void {
  const before = state.leases.get(lease.id);
  state.leases.set(lease.id, lease);
  if (before?.phase === lease.phase) return;
  const was = before !== undefined && counts(before);
  if (was === counts(lease)) return;
  const machine = state.machines.get(lease.machine);
  if (machine !== undefined) addToPerson(state, lease, machine, was ? -1 : 1);
}

/** After a lease changed its phase: its machine may take room now, or no more. */
function recount(state: State, machine: Machine, before: Lease, at: Instant): void {
  shift(state, machine, before, machine, state.leases.get(before.id), at);
}

/** Moves what a machine takes from the hosts that it took it on to those that it takes it on now. */
function shift(
  state: State,
  before: Machine | undefined,
  leaseBefore: Lease | undefined,
  after: Machine | undefined,
  leaseAfter: Lease | undefined,
  at: Instant,
): void {
  const left = before === undefined ? [] : taken(before, leaseBefore);
  const taking = after === undefined ? [] : taken(after, leaseAfter);
  const machine = (after ?? before) as Machine;
  for (const host of left) if (!taking.includes(host)) addToHost(state, host, machine, -1, at);
  for (const host of taking) if (!left.includes(host)) addToHost(state, host, machine, 1, at);
  const promisedBefore = before?.awaits ?? null;
  const promised = after?.awaits ?? null;
  if (promisedBefore === promised) return;
  if (promisedBefore !== null) promise(state, promisedBefore, machine, -1);
  if (promised !== null) promise(state, promised, machine, 1);
}

/** Hosts on which a machine takes cores and memory: not while it waits, nor stopped in the hold of its ended lease. */
export function taken(machine: Machine, lease: Lease | undefined): readonly HostName[] {
  if (machine.host === null || machine.phase === 'waiting' || machine.phase === 'purging') return [];
  if (machine.phase === 'stopped' && lease?.phase === 'held') return [];
  return machine.movingTo === null ? [machine.host] : [machine.host, machine.movingTo];
}

/** Whether a lease counts towards its holder's totals. */
function counts(lease: Lease): boolean {
  return lease.phase === 'requested' || lease.phase === 'active';
}

function addToHost(state: State, name: HostName, machine: Machine, sign: 1 | -1, at: Instant): void {
  const host = state.hosts.the(name);
  const machines = host.machines + sign;
  state.hosts.set(name, {
    ...host,
    coresUsed: host.coresUsed + sign * machine.cores,
    memoryUsed: host.memoryUsed + sign * machine.memory,
    machines,
    since: machines === 0 ? at : host.since,
  });
}

function promise(state: State, name: HostName, machine: Machine, sign: 1 | -1): void {
  const host = state.hosts.the(name);
  state.hosts.set(name, {
    ...host,
    coresPromised: host.coresPromised + sign * machine.cores,
    memoryPromised: host.memoryPromised + sign * machine.memory,
  });
}

function addToPerson(state: State, lease: Lease, machine: Machine, sign: 1 | -1): void {
  const person = state.persons.the(lease.holder);
  state.persons.set(person.id, {
    ...person,
    machines: person.machines + sign,
    cores: person.cores + sign * machine.cores,
    memory: person.memory + sign * machine.memory,
  });
}

/** The line of machines that wait for a host: it joins at the end, and leaves when it is placed, promised or gone. */
function keepLine(state: State, machine: Machine): void {
  const line = state.waiting.get('line') ?? [];
  const stands = line.includes(machine.id);
  const shall = machine.phase === 'waiting' && machine.awaits === null && state.machines.has(machine.id);
  if (stands === shall) return;
  state.waiting.set('line', shall ? [...line, machine.id] : line.filter((id) => id !== machine.id));
}

/** A machine leaves the state with its lease, its jobs and its timers. */
function remove(state: State, id: MachineId, at: Instant): void {
  const machine = state.machines.the(id);
  const lease = state.leases.the(machine.lease);
  if (counts(lease)) addToPerson(state, lease, machine, -1);
  shift(state, machine, lease, undefined, undefined, at);
  state.machines.delete(id);
  state.names.delete(machine.name);
  keepLine(state, { ...machine, phase: 'purging' });
  dropJobs(state, (job) => 'machine' in job && job.machine === id);
  state.timers.drop(lease.id);
  state.leases.delete(lease.id);
}

function dropJobs(state: State, which: (job: Job) => boolean): void {
  const ids: JobId[] = [...state.jobs.values()].filter(({ job }) => which(job)).map(({ id }) => id);
  for (const id of ids) state.jobs.delete(id);
}
