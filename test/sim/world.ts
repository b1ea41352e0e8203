import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { PlannedFault, Verb } from '../../hyperv/simulator/faults.ts';
import { Simulator } from '../../hyperv/simulator/simulator.ts';
import { SITE } from '../../hyperv/simulator/site.ts';
import { VirtualClock } from '../../jobs/clock.ts';
import { Journal } from '../../jobs/journal.ts';
import { Loop, replay, type Recorded } from '../../jobs/loop.ts';
import { InProcessQueue } from '../../jobs/queue/in-process.ts';
import { Runner } from '../../jobs/runner.ts';
import { SnapshotStore } from '../../jobs/snapshot.ts';
import type { Ask } from '../../policies/command.ts';
import type { Decision } from '../../policies/governor.ts';
import type { Input, Speaker } from '../../policies/input.ts';
import type {
  CommandId,
  Fault,
  HostInventory,
  HostName,
  Instant,
  Lease,
  LeaseId,
  MachineName,
  Seconds,
  UserId,
} from '../../policies/model.ts';
import { basePolicies } from '../../policies/rulebook.ts';
import { State, type StateData } from '../../policies/state.ts';
import { Draw } from './draw.ts';
import { audited, Laws, rebuiltAlike } from './laws.ts';

const START = 1_800_000_000 as Instant;
const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const GIB = 1024;

/** A quiet turn of the event loop counts as rest once so many have followed each other. */
const QUIET_TURNS = 6;
/** Decisions between two comparisons with a rebuilt governor. */
const REBUILD_EVERY = 40;
/** More decisions than this while time stands are a circle. */
const DECISIONS_AT_ONCE_MAX = 200;
/** Decisions of a whole step, in which time moves a few days at most. */
const DECISIONS_A_STEP_MAX = 2_000;
const LAST_WORDS = 40;

const SPEAKERS: readonly Speaker[] = [
  { id: 'ann' as UserId, name: 'Ann', role: 'researcher', direct: null },
  { id: 'bob' as UserId, name: 'Bob', role: 'researcher', direct: null },
  { id: 'root' as UserId, name: 'Root', role: 'admin', direct: null },
];

/** Hosts of unlike sizes, two of them asleep, so that a cluster fills up and hosts wake. */
const HOSTS: readonly HostInventory[] = (
  [
    ['hv01', 16, 64, 'on'],
    ['hv02', 8, 32, 'on'],
    ['hv03', 16, 48, 'off'],
    ['hv04', 4, 16, 'off'],
  ] as const
).map(([name, cores, memory, power]) => ({ name: name as HostName, cores, memory: memory * GIB, power }));

const VERBS: readonly Verb[] = [
  'createDifferencingDisk',
  'defineMachine',
  'startMachine',
  'stopMachine',
  'restartMachine',
  'migrateMachine',
  'removeMachine',
  'deleteDisk',
  'powerOn',
  'powerOff',
  'findMachine',
  'findDisk',
];

const PASSING: readonly (Fault | 'hang')[] = ['busy', 'unreachable', 'timeout', 'unknown-outcome', 'hang'];
const STAYING: readonly Fault[] = ['configuration', 'no-room', 'missing', 'conflict'];

/** Policy files that people load: one that adds a rule, one that changes nothing that counts, one that is wrong. */
const POLICY_TEXTS: readonly string[] = [
  '(defrule greet-a-ready-host (host (name ?h) (status ready)) => (wake greeted ?h 1900000000))\n',
  '; nothing but a remark\n',
  '(defrule wrong (no-such-template (slot 1)) => (refuse nobody "never"))\n',
];

/** A law was broken: by which seed, what, and what happened last. */
export class LawBroken extends Error {
  override readonly name = 'LawBroken';
  readonly seed: number;
  readonly last: readonly string[];

  constructor(seed: number, broken: readonly string[], last: readonly string[]) {
    super(`seed ${seed}: ${broken.join('\n')}`);
    this.seed = seed;
    this.last = last;
  }
}

/** What came of a run: how much was decided, and a digest by which two runs of a seed are compared. */
export interface Report {
  readonly seed: number;
  readonly decisions: number;
  readonly accepted: number;
  readonly refused: number;
  /** How often which law stood against a rule, with identities left out. */
  readonly breaches: ReadonlyMap<string, number>;
  readonly digest: string;
  /** Laws that were broken, with identities left out, and how often; always empty unless the run was to go on. */
  readonly broken: ReadonlyMap<string, number>;
}

export interface RunOptions {
  readonly seed: number;
  readonly steps: number;
  /** Told now and then how far it has come. */
  readonly onProgress?: (step: number, decisions: number) => void;
  /** Counts the laws that are broken and goes on, where otherwise the first ends the run. */
  readonly goOn?: boolean;
}

/** Lives through one seeded world: random steps, then healing, then the end of every lease. Rejects with `LawBroken`. */
export async function run({ seed, steps, onProgress, goOn = false }: RunOptions): Promise<Report> {
  const folder = await mkdtemp(join(tmpdir(), 'octopus-sim-'));
  const world = await SeededWorld.open(seed, folder, goOn);
  try {
    for (let step = 1; step <= steps; step++) {
      await world.step();
      if (step % 50 === 0) onProgress?.(step, world.decisions);
    }
    await world.heal();
    await world.outlive();
    await world.stop();
    await world.compareWithJournal();
    return world.report();
  } finally {
    await world.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * The real loop, rules, runner and steps over simulated hosts, on a clock that stands until it is moved. All chance comes from
 * the seed, and time moves only when everything has come to rest, so a seed lives the same life every time.
 */
class SeededWorld {
  readonly #seed: number;
  readonly #goOn: boolean;
  readonly #draw: Draw;
  /** A second source, so that probes do not change what happens. */
  readonly #probes: Draw;
  readonly #folder: string;
  readonly #clock: VirtualClock;
  readonly #simulator: Simulator;
  readonly #queue: InProcessQueue;
  readonly #laws = new Laws();
  readonly #broken: string[] = [];
  readonly #last: string[] = [];
  readonly #breaches = new Map<string, number>();
  readonly #counted = new Map<string, number>();
  readonly #hash = createHash('sha256');
  readonly #left = new Set<string>();
  readonly #asked: Input[] = [];
  readonly #counts = { decisions: 0, accepted: 0, refused: 0, atStep: 0 };
  #loop!: Loop;
  #isStopped = false;

  private constructor(seed: number, folder: string, goOn: boolean) {
    this.#goOn = goOn;
    this.#seed = seed;
    this.#folder = folder;
    this.#draw = new Draw(seed);
    this.#probes = new Draw(seed ^ 0x5eed);
    this.#clock = new VirtualClock(START);
    this.#simulator = new Simulator({ clock: this.#clock, hosts: HOSTS, images: SITE.images, store: null });
    this.#queue = new InProcessQueue({ onProblem: (sentence) => this.#note(sentence) });
  }

  static async open(seed: number, folder: string, goOn: boolean): Promise<SeededWorld> {
    const world = new SeededWorld(seed, folder, goOn);
    await world.#open();
    return world;
  }

  get decisions(): number {
    return this.#counts.decisions;
  }

  async #open(): Promise<void> {
    const snapshots = await SnapshotStore.open<StateData>(this.#folder);
    const log = (sentence: string): void => this.#note(sentence);
    const options = { folder: this.#folder, snapshots, queue: this.#queue, clock: this.#clock, log };
    this.#loop = await Loop.open({ ...options, snapshotEvery: 500 });
    this.#loop.onDecision((decision) => this.#decided(decision));
    const [hosts, images] = await Promise.all([this.#simulator.hosts(), this.#simulator.images()]);
    await this.#loop.submit({ kind: 'boot', hosts, images, policies: basePolicies() });
    const runner = new Runner({
      hypervisor: this.#simulator,
      clock: this.#clock,
      record: (id) => this.#loop.state.jobs.get(id),
      submit: (input) => this.#told(input),
      log,
    });
    await this.#queue.start((id, signal) => runner.run(id, signal));
    await this.#loop.resume();
    await this.#settled();
  }

  /** One random thing, and all that follows of it at this instant. */
  async step(): Promise<void> {
    this.#counts.atStep = this.#counts.decisions;
    const dice = this.#draw.below(100);
    if (dice < 45) await this.#ask();
    else if (dice < 75) await this.#advance(this.#length());
    else if (dice < 83) await this.#sample();
    else if (dice < 86) this.#simulator.vanish(this.#host());
    else if (dice < 91) this.#simulator.comeBack(this.#host());
    else if (dice < 97) this.#simulator.fail(this.#fault());
    else await this.#closeNotices();
    await this.#settled();
    this.#check();
  }

  /** Every fault is over; after some hours nothing is on its way any more, and hosts and state agree. */
  async heal(): Promise<void> {
    this.#note('everything is healed');
    this.#simulator.heal();
    for (let hour = 0; hour < 12; hour++) {
      await this.#sample();
      await this.#advance(HOUR);
      this.#check();
    }
    this.#compareWithHosts('once all was healed');
  }

  /** All leases end and all holds pass: nothing is left. */
  async outlive(): Promise<void> {
    this.#counts.atStep = this.#counts.decisions;
    const last = Math.max(0, ...[...this.#loop.state.leases.values()].map(({ expires }) => expires));
    const end = Math.max(last, this.#clock.now()) + 10 * DAY;
    while (this.#clock.now() < end) {
      await this.#sample();
      await this.#advance(Math.min(DAY, end - this.#clock.now()), DAY);
      this.#check();
    }
    this.#compareWithHosts('after the end of every lease');
    const { machines, leases, jobs } = this.#loop.state;
    for (const { id, phase, host } of machines.values())
      this.#broken.push(`${id} is ${phase} on ${host} after the end of every lease`);
    for (const { id, phase } of leases.values()) this.#broken.push(`${id} is ${phase} after every hold`);
    for (const { id, job } of jobs.values()) this.#broken.push(`${id} (${job.kind}) never ended`);
    this.#check();
  }

  async stop(): Promise<void> {
    if (this.#isStopped) return;
    this.#isStopped = true;
    await this.#queue.stop();
    await this.#loop.stop();
  }

  /** The journal, folded from its first entry, is the state bit for bit; and so is what was folded on the way. */
  async compareWithJournal(): Promise<void> {
    const journal = await Journal.open<Recorded>(this.#folder);
    const state = new State();
    for await (const entry of journal.read(1)) replay(state, entry);
    await journal.close();
    const live = JSON.stringify(this.#loop.state.toJSON());
    if (JSON.stringify(state.toJSON()) !== live) this.#broken.push('the journal replayed is not the state');
    if (JSON.stringify(this.#laws.state.toJSON()) !== live)
      this.#broken.push('the decisions folded are not the state');
    this.#check();
  }

  report(): Report {
    const { decisions, accepted, refused } = this.#counts;
    return {
      seed: this.#seed,
      decisions,
      accepted,
      refused,
      breaches: this.#breaches,
      broken: this.#counted,
      digest: this.#hash.copy().digest('hex'),
    };
  }

  // What people do.

  async #ask(): Promise<void> {
    const again = this.#draw.chance(4) ? this.#asked.at(-1 - this.#draw.below(5)) : undefined;
    const input = again ?? this.#command(this.#draw, `c-${this.#asked.length}`);
    this.#asked.push(input);
    if (input.kind !== 'command') return;
    const { id, by, ...ask } = input.command;
    this.#note(`${by} asks (${id}): ${JSON.stringify(ask)}`);
    const known = this.#loop.state.commands.has(id);
    const outcome = await this.#loop.submit(input);
    if (outcome.repeated !== known)
      this.#broken.push(
        `${id} was ${known ? '' : 'not '}accepted before, and is ${outcome.repeated ? '' : 'not '}taken as a repetition`,
      );
    if (outcome.repeated) return;
    const answers = outcome.events.filter(
      (event) =>
        (event.kind === 'request-accepted' || event.kind === 'request-refused') && event.command === id,
    );
    if (answers.length !== 1) this.#broken.push(`${id} got ${answers.length} answers`);
  }

  #command(draw: Draw, id: string): Input & { kind: 'command' } {
    const speaker = draw.pick(SPEAKERS);
    const ask = this.#drawAsk(draw);
    return {
      kind: 'command',
      command: { ...ask, id: id as CommandId, by: speaker.id },
      speaker,
      from: draw.chance(80) ? { surface: 'sim', address: speaker.id } : null,
      ...(ask.kind === 'reload-policies' ? { files: basePolicies() } : {}),
    };
  }

  #drawAsk(draw: Draw): Ask {
    const dice = draw.below(100);
    const lease = this.#lease(draw);
    if (dice < 35 || lease === undefined)
      return {
        kind: 'new-machine',
        cores: draw.pick([1, 1, 2, 2, 4, 4, 8, 12, 20]),
        memory: draw.pick([GIB / 2, 2 * GIB, 4 * GIB, 8 * GIB, 16 * GIB, 32 * GIB]),
        image: draw.pick(SITE.images).name,
        name: draw.chance(20) ? (`box-${draw.below(4)}` as MachineName) : null,
        length: draw.chance(50) ? null : draw.pick([5, 20, 40, HOUR, DAY, 3 * DAY, 20 * DAY, 60 * DAY]),
      };
    if (dice < 50)
      return {
        kind: 'renew-lease',
        lease: lease.id,
        length: draw.chance(50) ? null : draw.pick([HOUR, 2 * DAY, 14 * DAY, 40 * DAY]),
        seen: draw.chance(50) ? null : lease.expires,
      };
    if (dice < 80)
      return {
        kind: draw.pick([
          'release-lease',
          'delete-machine',
          'start-machine',
          'start-machine',
          'stop-machine',
          'stop-machine',
          'restart-machine',
        ] as const),
        lease: draw.chance(3) ? ('lease-9999' as LeaseId) : lease.id,
      };
    if (dice < 95)
      return {
        kind: draw.pick(['drain-host', 'resume-host', 'power-host-off', 'power-host-on'] as const),
        host: draw.pick(HOSTS).name,
      };
    if (dice < 98) return { kind: 'load-policy', name: 'local.clp', text: draw.pick(POLICY_TEXTS) };
    return dice < 99 ? { kind: 'reload-policies' } : { kind: 'roll-back-policies', version: null };
  }

  #lease(draw: Draw): Lease | undefined {
    const leases = [...this.#loop.state.leases.values()];
    return leases.length === 0 ? undefined : draw.pick(leases);
  }

  // What the world does.

  #host(): HostName {
    return this.#draw.pick(HOSTS).name;
  }

  #length(): Seconds {
    const unit = this.#draw.pick([1, 10, MINUTE, MINUTE, HOUR, HOUR, DAY]);
    return unit * (1 + this.#draw.below(20)) * (unit === DAY ? 0.25 : 1);
  }

  #fault(): PlannedFault {
    const when = this.#draw.pick(['before', 'after'] as const);
    const fault = this.#draw.pick(when === 'before' ? [...PASSING, ...STAYING] : PASSING);
    const place = this.#draw.chance(50) ? { host: this.#host() } : {};
    return { verb: this.#draw.pick(VERBS), fault, when, times: 1 + this.#draw.below(10), ...place };
  }

  /** Moves time on, with a look at the hosts now and then as the program takes one. */
  async #advance(seconds: Seconds, every: Seconds = 2 * HOUR): Promise<void> {
    const until = Math.floor(this.#clock.now() + seconds);
    while (this.#clock.now() < until) {
      await this.#clock.advanceTo(Math.min(until, this.#clock.now() + every) as Instant, () =>
        this.#settled(),
      );
      await this.#sample();
      if (this.#counts.decisions - this.#counts.atStep <= DECISIONS_A_STEP_MAX) continue;
      this.#broken.push('a step never comes to an end: something is tried for ever');
      throw new LawBroken(this.#seed, this.#broken, this.#last);
    }
  }

  async #sample(): Promise<void> {
    const hosts = await Promise.all(HOSTS.map(({ name }) => this.#simulator.sample(name)));
    await this.#loop.submit({ kind: 'samples', hosts });
  }

  /** Some of those who were told have read it: answered notices are posted, and leave. */
  async #closeNotices(): Promise<void> {
    const notices = Array.from(this.#loop.state.notices.values());
    for (const { id: notice, outcome, message } of notices) {
      if (message === null)
        await this.#loop.submit({
          kind: 'notice-posted',
          notice,
          message: { surface: 'sim', address: 'all', message: notice },
        });
      if (outcome !== null) await this.#loop.submit({ kind: 'notice-closed', notice });
    }
  }

  /** What the runner says, and what it says it could not undo. */
  #told(input: Input): Promise<unknown> {
    if (input.kind === 'job-ended' && input.outcome === 'failed') {
      const record = this.#loop.state.jobs.get(input.job);
      this.#note(
        `${input.job} (${JSON.stringify(record?.job)}) failed: ${input.fault}, undone: ${input.undone}`,
      );
      if (input.undone === false && record !== undefined && 'machine' in record.job)
        this.#left.add(`${record.job.machine}@${record.job.host}`);
    }
    return this.#loop.submit(input);
  }

  /** Waits until everything rests: nothing goes to the disk, and nothing is woken that has not gone on. */
  async #settled(): Promise<void> {
    const before = this.#counts.decisions;
    for (let quiet = 0; quiet < QUIET_TURNS; quiet = this.#loop.isIdle ? quiet + 1 : 0) {
      await nextTurn();
      if (this.#counts.decisions - before <= DECISIONS_AT_ONCE_MAX) continue;
      // Nothing can be let go on from here: time would never pass again.
      const last = this.#last.slice(-8).join('\n  ');
      this.#broken.push(`more than ${DECISIONS_AT_ONCE_MAX} decisions at one instant, the last:\n  ${last}`);
      throw new LawBroken(this.#seed, this.#broken, this.#last);
    }
  }

  // What is held to be true.

  #decided(decision: Decision): void {
    this.#counts.decisions++;
    this.#hash.update(JSON.stringify([decision.number, decision.at, decision.events, decision.refusals]));
    for (const { kind } of decision.events) {
      if (kind === 'request-accepted') this.#counts.accepted++;
      if (kind === 'request-refused') this.#counts.refused++;
    }
    for (const { trail: _trail, ...event } of decision.events)
      this.#note(`${decision.number} ${JSON.stringify(event)}`);
    for (const { law, trail } of decision.breaches) {
      count(this.#breaches, `${trail?.rule}: ${law}`);
    }
    this.#broken.push(...this.#laws.heard(decision));
    if (this.#counts.decisions % REBUILD_EVERY === 0) this.#compareWithRebuilt();
  }

  #compareWithRebuilt(): void {
    const { state, governor } = this.#loop;
    if (state.policy === undefined) return;
    const at = this.#clock.now();
    const probes: { input: Input; at: Instant }[] = [{ input: this.#command(this.#probes, 'probe'), at }];
    const timer = state.nextTimer();
    if (timer !== undefined) probes.push({ input: { kind: 'tick' }, at: Math.max(timer.at, at) as Instant });
    for (const job of state.jobs.keys())
      probes.push({
        input: { kind: 'job-ended', job, outcome: this.#probes.pick(['done', 'failed'] as const) },
        at,
      });
    this.#broken.push(...rebuiltAlike(governor, state, probes));
  }

  #compareWithHosts(when: string): void {
    for (const law of audited(this.#loop.state, this.#simulator.audit(), this.#left))
      this.#broken.push(`${when}: ${law}`);
    this.#check();
  }

  #check(): void {
    if (this.#goOn) for (const law of this.#broken.splice(0)) count(this.#counted, law);
    if (this.#broken.length > 0) throw new LawBroken(this.#seed, this.#broken, this.#last);
  }

  #note(sentence: string): void {
    if (this.#broken.length > 0) return;
    this.#last.push(`${this.#clock.now() - START} s: ${sentence.slice(0, 400)}`);
    if (this.#last.length > LAST_WORDS) this.#last.shift();
  }
}

/** Counts a sentence with its numbers left out, so that the same thing at another place is the same. */
function count(counts: Map<string, number>, sentence: string): void {
  const key = sentence.replaceAll(/\d+/g, '#');
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
