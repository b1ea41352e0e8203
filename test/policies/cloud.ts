import type { Ask, Command } from '../../policies/command.ts';
import { Governor, type Decision } from '../../policies/governor.ts';
import type { Input, Speaker } from '../../policies/input.ts';
import type {
  CommandId,
  HostInventory,
  HostName,
  Image,
  ImageName,
  Instant,
  LeaseId,
  Machine,
  MachineName,
  PolicyFile,
  UserId,
} from '../../policies/model.ts';
import { basePolicies } from '../../policies/rulebook.ts';
import { State } from '../../policies/state.ts';

export const GB = 1024;
export const HOUR = 3600;
export const DAY = 24 * HOUR;
export const WEEK = 7 * DAY;
/** Monday 23 November 2026, 12:00 UTC: when every world begins. */
export const noon = 1_795_435_200 as Instant;

export const ann: Speaker = { id: 'ann' as UserId, name: 'Ann', role: 'researcher', direct: null };
export const bob: Speaker = { id: 'bob' as UserId, name: 'Bob', role: 'researcher', direct: null };
export const ada: Speaker = { id: 'ada' as UserId, name: 'Ada', role: 'admin', direct: null };

/** `host('hv01', 16, 64)`: cores and GB; on, unless told. */
export function host(name: string, cores: number, gb: number, power: 'on' | 'off' = 'on'): HostInventory {
  return { name: name as HostName, cores, memory: gb * GB, power };
}

const images: readonly Image[] = [
  { name: 'ubuntu-24.04' as ImageName, os: 'linux', login: 'ubuntu', memoryMin: GB, aliases: ['ubuntu'] },
  {
    name: 'windows-2022' as ImageName,
    os: 'windows',
    login: 'Administrator',
    memoryMin: 2 * GB,
    aliases: [],
  },
];

// Asks, each on one line of a table.

export function machine(
  cores: number,
  gb: number,
  more: { name?: string; length?: number; image?: string } = {},
): Ask {
  const { name, length = null, image = 'ubuntu-24.04' } = more;
  return {
    kind: 'new-machine',
    cores,
    memory: gb * GB,
    image: image as ImageName,
    name: name === undefined ? null : (name as MachineName),
    length,
  };
}

export function renew(lease: string, length: number | null = null, seen: number | null = null): Ask {
  return { kind: 'renew-lease', lease: lease as LeaseId, length, seen: seen as Instant | null };
}

export function onLease(
  kind: 'release-lease' | 'delete-machine' | 'start-machine' | 'stop-machine' | 'restart-machine',
  lease: string,
): Ask {
  return { kind, lease: lease as LeaseId };
}

export function onHost(
  kind: 'drain-host' | 'resume-host' | 'power-host-off' | 'power-host-on',
  name: string,
): Ask {
  return { kind, host: name as HostName };
}

export function load(name: string, text: string): Ask {
  return { kind: 'load-policy', name, text };
}

/**
 * The real governor with the shipped policies over a site, without chat, queue and hosts: jobs end well as soon as they
 * are told to, and time is a number.
 */
export class Cloud {
  readonly state = new State();
  readonly governor: Governor;
  at: Instant = noon;
  /** What was decided, oldest first. */
  readonly decisions: Decision[] = [];
  #commands = 0;

  constructor(
    hosts: readonly HostInventory[] = [host('hv01', 64, 256)],
    policies: readonly PolicyFile[] = basePolicies(),
  ) {
    this.governor = new Governor(this.state);
    this.take({ kind: 'boot', hosts, images, policies });
  }

  take(input: Input): Decision {
    const decision = this.governor.decide(input, this.at);
    this.decisions.push(decision);
    return decision;
  }

  /** Somebody asks; jobs wait until `work`. */
  ask(speaker: Speaker, ask: Ask): Decision {
    const command: Command = { ...ask, id: `c-${++this.#commands}` as CommandId, by: speaker.id };
    return this.take({ kind: 'command', command, speaker, from: null });
  }

  /** Every job ends well, also those that follow from it. */
  work(): this {
    for (;;) {
      const next = [...this.state.jobs.values()].find(({ phase }) => phase === 'queued');
      if (next === undefined) return this;
      this.take({ kind: 'job-ended', job: next.id, outcome: 'done' });
    }
  }

  /** Time goes on through every timer, and jobs end at once. */
  until(instant: number): this {
    for (
      let timer = this.state.nextTimer();
      timer !== undefined && timer.at <= instant;
      timer = this.state.nextTimer()
    ) {
      if (timer.at > this.at) this.at = timer.at;
      this.take({ kind: 'tick' });
      this.work();
    }
    this.at = instant as Instant;
    return this;
  }

  /** Asks and lets the work be done; throws when it is refused, so that what a test begins with is there. */
  given(speaker: Speaker, ...asks: readonly Ask[]): this {
    for (const ask of asks) {
      const { refusals } = this.ask(speaker, ask);
      if (refusals.length > 0) throw new Error(`refused: ${refusals.map(({ reason }) => reason).join('; ')}`);
      this.work();
    }
    return this;
  }

  machine(name: string): Machine {
    const found = this.state.machineNamed(name);
    if (found === undefined) throw new Error(`there is no machine ${name}`);
    return found;
  }

  /** The lease of that machine. */
  lease(name: string) {
    const found = this.state.leases.get(this.machine(name).lease);
    if (found === undefined) throw new Error(`${name} has no lease`);
    return found;
  }

  /** `hv01: ready 2` for every host, with the number of its machines. */
  get hosts(): readonly string[] {
    return [...this.state.hosts.values()].map(
      ({ name, status, machines }) => `${name}: ${status} ${machines}`,
    );
  }
}

/** `accepted`, or the rules that refused with what they said: `quota-cores: you hold …; up to 2 would pass`. */
export function summary({ refusals, problems }: Decision): string {
  if (problems.length > 0) return `problems: ${problems.join('; ')}`;
  if (refusals.length === 0) return 'accepted';
  return refusals
    .map(({ trail, reason, help }) => `${trail?.rule ?? '?'}: ${reason}${help === null ? '' : `; ${help}`}`)
    .join('\n');
}
