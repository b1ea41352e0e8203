import type { AuditedHost } from '../../hyperv/simulator/simulator.ts';
import type { Event } from '../../policies/event.ts';
import { Governor, type Decision } from '../../policies/governor.ts';
import type { Input } from '../../policies/input.ts';
import type { HostName, Instant, Lease, Machine, Role } from '../../policies/model.ts';
import { State, type StateData } from '../../policies/state.ts';

/** Most that one person may hold under the policies that the program comes with. */
const QUOTA: Record<Role, { readonly cores: number; readonly memory: number; readonly machines: number }> = {
  researcher: { cores: 16, memory: 64 * 1024, machines: 6 },
  admin: { cores: 64, memory: 256 * 1024, machines: 32 },
};

/** Events that a rule must have concluded: they change what people have, or what hosts do. */
const EFFECTS: ReadonlySet<Event['kind']> = new Set([
  'lease-granted',
  'lease-extended',
  'lease-ended',
  'lease-restored',
  'machine-placed',
  'machine-awaits',
  'host-excluded',
  'machine-abandoned',
  'machine-migrating',
  'job-created',
  'timer-set',
] satisfies Event['kind'][]);

/** What a refused command may leave behind: that somebody spoke, that they were told no. */
const AFTER_REFUSAL: ReadonlySet<Event['kind']> = new Set([
  'person-registered',
  'request-refused',
  'notice-opened',
] satisfies Event['kind'][]);

/**
 * Holds every decision to the laws of the design. It folds the decisions into a state of its own, event by event, so that it
 * sees what the state was at the moment of each event, and so that the loop's state is checked against a second fold.
 */
export class Laws {
  readonly state = new State();
  readonly #accepted = new Set<string>();

  /** Folds a decision. Gives every law that it broke, in a sentence. */
  heard(decision: Decision): readonly string[] {
    const broken: string[] = [];
    const versions = [this.state.count('policy')];
    for (const problem of decision.problems) broken.push(`the rules went wrong: ${problem}`);
    broken.push(...this.#answers(decision));
    for (const event of decision.events) {
      broken.push(...this.#before(event));
      this.state.fold(event, decision.at, decision.number);
      versions.push(this.state.count('policy'));
      broken.push(...afterEvent(this.state, event));
      broken.push(...attributed(event, versions));
    }
    this.state.changes.settle();
    broken.push(...standing(this.state, decision.at));
    return broken.map((law) => `entry ${decision.number}: ${law}`);
  }

  #answers({ events }: Decision): readonly string[] {
    const broken: string[] = [];
    const answers = events.filter(({ kind }) => kind === 'request-accepted' || kind === 'request-refused');
    if (answers.length > 1) broken.push('a command was answered more than once');
    for (const answer of events) {
      if (answer.kind === 'request-accepted') {
        if (this.#accepted.has(answer.command)) broken.push(`${answer.command} was accepted twice`);
        this.#accepted.add(answer.command);
      }
      if (answer.kind !== 'request-refused') continue;
      if (answer.refusals.length === 0) broken.push(`${answer.command} was refused without a reason`);
      for (const { kind } of events)
        if (!AFTER_REFUSAL.has(kind))
          broken.push(`${answer.command} was refused, and still there is ${kind}`);
    }
    return broken;
  }

  /** What is to be known before the event is folded: who held it, how the host stood. */
  #before(event: Event): readonly string[] {
    if (event.kind === 'machine-placed') return this.#ready(event.host, event.machine);
    if (event.kind === 'machine-migrating') return this.#ready(event.to, event.machine);
    return event.kind === 'request-accepted' ? this.#allowed(event) : this.#destroyed(event);
  }

  #ready(host: HostName, machine: string): readonly string[] {
    const status = this.state.hosts.get(host)?.status ?? 'unknown';
    return status === 'ready' ? [] : [`${machine} was placed on ${host}, which is ${status}`];
  }

  /** The lease may have left the state by its own request; then its machine was only waiting, and was checked as it went. */
  #allowed({ by, ask }: Event & { kind: 'request-accepted' }): readonly string[] {
    const person = this.state.persons.get(by);
    if (person?.role === 'admin' || ask.kind === 'new-machine') return [];
    if (!('lease' in ask)) return [`${by} is no administrator and did ${ask.kind}`];
    const lease = this.state.leases.get(ask.lease);
    if (lease === undefined || lease.holder === by || lease.coOwners.includes(by)) return [];
    return [`${by} acted on ${ask.lease} (${ask.kind}), which ${lease.holder} holds`];
  }

  /** Nothing is destroyed that was not announced: a purge comes after the hold. */
  #destroyed(event: Event): readonly string[] {
    if (event.kind !== 'job-created' || event.job.kind !== 'purge') return [];
    const machine = this.state.machines.get(event.job.machine);
    const lease = machine === undefined ? undefined : this.state.leases.get(machine.lease);
    return lease?.phase === 'held'
      ? []
      : [`${event.job.machine} is purged while its lease is ${lease?.phase ?? 'unknown'}`];
  }
}

function afterEvent(state: State, event: Event): readonly string[] {
  if (event.kind !== 'lease-granted' && event.kind !== 'lease-restored') return [];
  const holder = state.leases.get(event.lease)?.holder;
  const person = holder === undefined ? undefined : state.persons.get(holder);
  if (person === undefined) return [`${event.lease} is of nobody`];
  const held = heldBy(state, person.id);
  const limit = QUOTA[person.role];
  return (['cores', 'memory', 'machines'] as const)
    .filter((what) => held[what] > limit[what])
    .map((what) => `${person.id} holds ${held[what]} of ${limit[what]} ${what} by ${event.kind}`);
}

/** Every effect names the rule and a policy version that was active in its decision. */
function attributed({ kind, trail }: Event, versions: readonly number[]): readonly string[] {
  if (!EFFECTS.has(kind)) return [];
  if (trail === null) return [`${kind} names no rule`];
  return versions.includes(trail.version)
    ? []
    : [`${kind} names version ${trail.version}, active was ${versions.join(', ')}`];
}

function standing(state: State, at: Instant): readonly string[] {
  return [...leases(state, at), ...hosts(state), ...persons(state)];
}

function leases(state: State, at: Instant): readonly string[] {
  const broken: string[] = [];
  for (const machine of state.machines.values()) {
    const lease = state.leases.get(machine.lease);
    if (lease === undefined || lease.machine !== machine.id || lease.phase === 'ended')
      broken.push(`${machine.id} has neither a live lease nor a hold`);
    else if (machine.phase === 'waiting' && lease.phase === 'held')
      broken.push(`${machine.id} waits for a host although its lease has ended`);
    if ((machine.host === null) !== (machine.phase === 'waiting'))
      broken.push(`${machine.id} is ${machine.phase} on ${machine.host ?? 'no host'}`);
  }
  for (const lease of state.leases.values()) {
    if (!state.machines.has(lease.machine))
      broken.push(`${lease.id} is of ${lease.machine}, which there is not`);
    if (lease.phase !== 'held' && lease.expires < at)
      broken.push(`${lease.id} should have ended at ${lease.expires}`);
    if (lease.phase === 'held' && lease.expires < at && !isBeingPurged(state, lease))
      broken.push(`the hold of ${lease.id} was over at ${lease.expires}, and nothing purges it`);
  }
  return broken;
}

function isBeingPurged(state: State, lease: Lease): boolean {
  if (state.machines.get(lease.machine)?.phase === 'purging') return true;
  for (const { purpose, subject, rang } of state.timers.values())
    if (!rang && subject === lease.id && (purpose === 'purge-again' || purpose === 'hold-end')) return true;
  return false;
}

function hosts(state: State): readonly string[] {
  const broken: string[] = [];
  for (const host of state.hosts.values()) {
    const there = [...state.machines.values()].filter((machine) => isOn(machine, host.name, state));
    const cores = sum(there.map((machine) => machine.cores));
    const memory = sum(there.map((machine) => machine.memory));
    if (cores > host.cores) broken.push(`${host.name} carries ${cores} of ${host.cores} cores`);
    if (memory > host.memory) broken.push(`${host.name} carries ${memory} of ${host.memory} MiB`);
    if (cores !== host.coresUsed || memory !== host.memoryUsed || there.length !== host.machines)
      broken.push(
        `${host.name} counts ${host.coresUsed} cores, ${host.memoryUsed} MiB, ${host.machines} machines; ` +
          `there are ${cores}, ${memory}, ${there.length}`,
      );
  }
  return broken;
}

function isOn(machine: Machine, host: HostName, state: State): boolean {
  if (machine.phase === 'waiting' || machine.phase === 'purging') return false;
  if (machine.phase === 'stopped' && state.leases.get(machine.lease)?.phase === 'held') return false;
  return machine.host === host || machine.movingTo === host;
}

function persons(state: State): readonly string[] {
  const broken: string[] = [];
  for (const person of state.persons.values()) {
    const held = heldBy(state, person.id);
    for (const what of ['cores', 'memory', 'machines'] as const)
      if (person[what] !== held[what])
        broken.push(`${person.id} counts ${person[what]} ${what}, holds ${held[what]}`);
  }
  return broken;
}

/** What a person's live leases hold, counted anew. */
function heldBy(state: State, holder: string): { cores: number; memory: number; machines: number } {
  const machines = [...state.leases.values()]
    .filter((lease) => lease.holder === holder && (lease.phase === 'requested' || lease.phase === 'active'))
    .map((lease) => state.machines.get(lease.machine))
    .filter((machine) => machine !== undefined);
  return {
    cores: sum(machines.map((machine) => machine.cores)),
    memory: sum(machines.map((machine) => machine.memory)),
    machines: machines.length,
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** What the hosts hold against what the state says, once all is quiet. `left`: `machine@host` that a job said it left behind. */
export function audited(
  state: State,
  found: readonly AuditedHost[],
  left: ReadonlySet<string>,
): readonly string[] {
  const broken: string[] = [];
  const seen = new Map<string, HostName>();
  for (const { name, power, machines, disks } of found) {
    for (const { machine } of disks) {
      const other = seen.get(machine);
      if (other !== undefined && !left.has(`${machine}@${name}`) && !left.has(`${machine}@${other}`))
        broken.push(`${machine} is on ${other} and on ${name}`);
      seen.set(machine, name);
    }
    const defined = machines.map(({ machine }) => machine);
    for (const id of new Set([...defined, ...disks.map(({ machine }) => machine)])) {
      const machine = state.machines.get(id);
      if (machine?.host !== name && !left.has(`${id}@${name}`))
        broken.push(
          `${name} has something of ${id}, which ${machine === undefined ? 'is gone' : `is on ${machine.host}`}`,
        );
    }
    for (const { id, host, phase, busy } of state.machines.values()) {
      if (host !== name || busy || (phase !== 'running' && phase !== 'stopped')) continue;
      const there = machines.find(({ machine }) => machine === id);
      if (there === undefined || !disks.some(({ machine }) => machine === id))
        broken.push(`${id} is not on ${name}`);
      else if (power === 'on' && there.power !== (phase === 'running' ? 'running' : 'off'))
        broken.push(`${id} is ${phase} and on ${name} it is ${there.power}`);
    }
  }
  return broken;
}

/** A governor that is built from the state as it would be written down decides as the live one does. */
export function rebuiltAlike(
  live: Governor,
  state: State,
  probes: readonly { readonly input: Input; readonly at: Instant }[],
): readonly string[] {
  const written = JSON.stringify(state.toJSON());
  const rebuilt = State.from(JSON.parse(written) as StateData);
  if (JSON.stringify(rebuilt.toJSON()) !== written)
    return ['the state reads back otherwise than it was written'];
  const governor = new Governor(rebuilt);
  const now = probes[0]?.at ?? (state.count('at') as Instant);
  const idle = governor.decide({ kind: 'samples', hosts: [] }, now, { rehearsal: true });
  const broken = idle.events.map(
    ({ kind, trail }) => `a rebuilt session is not at rest: ${trail?.rule} (${trail?.file}) fires, ${kind}`,
  );
  if (broken.length > 0) return broken;
  for (const { input, at } of probes) {
    const here = outcome(live.decide(input, at, { rehearsal: true }));
    const there = outcome(governor.decide(input, at, { rehearsal: true }));
    if (here !== there)
      broken.push(
        `a rebuilt governor decides ${JSON.stringify(input)} otherwise\n  live:    ${here}\n  rebuilt: ${there}`,
      );
  }
  if (JSON.stringify(state.toJSON()) !== written) broken.push('a rehearsal changed the state');
  return broken;
}

/** A decision as text, in which the order of the facts of a trail does not count. */
function outcome({ events, refusals, breaches, problems }: Decision): string {
  return JSON.stringify({ events, refusals, breaches, problems }, (key, value: unknown) =>
    key === 'facts' && Array.isArray(value)
      ? value.map(String).toSorted((one, other) => (one < other ? -1 : 1))
      : value,
  );
}
