import type { Hypervisor, Seed } from '../hyperv/hypervisor.ts';
import type { DataFolder } from '../jobs/data-folder.ts';
import { Loop } from '../jobs/loop.ts';
import type { Queue } from '../jobs/queue.ts';
import { driftInWords, drifts, observe } from '../jobs/reconcile.ts';
import { Runner } from '../jobs/runner.ts';
import type { JobOf } from '../jobs/step.ts';
import { SnapshotStore } from '../jobs/snapshot.ts';
import type { Clock, HostSample, Instant, LeaseId, PolicyFile, Seconds } from '../policies/model.ts';
import { basePolicies } from '../policies/rulebook.ts';
import type { StateData } from '../policies/state.ts';
import { App } from './app.ts';
import type { People } from './people.ts';
import type { ChatSurface } from './surface.ts';
import { Teller } from './teller.ts';

export interface OctopusOptions {
  readonly folder: DataFolder;
  readonly hypervisor: Hypervisor;
  readonly queue: Queue;
  readonly clock: Clock;
  /** On which steps wait before they look again; in scripts the side of a virtual clock that pulls. */
  readonly pace: Clock;
  readonly surfaces: readonly ChatSurface[];
  readonly people: People;
  /** Moves a virtual clock on to where the journal ended, so that time never goes back; absent for the real one. */
  readonly catchUp?: (instant: Instant) => Promise<void>;
  /** Reads the policy folder for `policy reload`; absent: the policies that Octopus comes with. */
  readonly policyFiles?: () => readonly PolicyFile[];
  /** How often hosts are looked at, in real seconds; null: only at the start. */
  readonly sampleEvery: Seconds | null;
  /** Sentences for operators. */
  readonly log: (sentence: string) => void;
}

/** How often what the journal has as unfinished is handed to the queue again, in milliseconds. */
const REQUEUE_MS = 30_000;

/** The whole of it, put together: loop, runner, reconciler, teller and the surfaces that people talk through. */
export class Octopus {
  readonly loop: Loop;
  readonly app: App;
  readonly #options: OctopusOptions;
  readonly #teller: Teller;
  readonly #timers: NodeJS.Timeout[] = [];
  /** Jobs that the runner is at, by host queue. */
  readonly #running = new Set<string>();
  #isSampling = false;

  private constructor(options: OctopusOptions, loop: Loop) {
    this.#options = options;
    this.loop = loop;
    const { clock, surfaces, log } = options;
    this.#teller = new Teller(loop, clock, surfaces, log);
    this.app = new App({ ...options, loop, policyFiles: options.policyFiles ?? basePolicies });
  }

  /**
   * Opens what the data folder has, compares it with the hosts, and goes on where it ended. Rejects with `JournalCorrupt`
   * when the journal is damaged. Surfaces are started last, when a request can be carried through.
   */
  static async open(options: OctopusOptions): Promise<Octopus> {
    const { folder, queue, clock, hypervisor, log } = options;
    const snapshots = await SnapshotStore.open<StateData>(folder.path, { onProblem: log });
    const loop = await Loop.open({ folder: folder.path, snapshots, queue, clock, log });
    await options.catchUp?.(loop.state.count('at') as Instant);
    const octopus = new Octopus(options, loop);
    const [hosts, images] = await Promise.all([hypervisor.hosts(), hypervisor.images()]);
    await loop.submit({ kind: 'boot', hosts, images, policies: (options.policyFiles ?? basePolicies)() });
    await octopus.sample();
    await octopus.#startJobs();
    await octopus.reconcile();
    for (const surface of options.surfaces) await surface.start((incoming) => octopus.app.receive(incoming));
    octopus.#teller.sweep();
    octopus.#startTimers();
    return octopus;
  }

  /** Looks at all hosts once, and tells the loop what has changed. */
  async sample(): Promise<void> {
    if (this.#isSampling) return;
    this.#isSampling = true;
    try {
      const names = [...this.loop.state.hosts.keys()];
      const hosts: HostSample[] = await Promise.all(
        names.map((name) => this.#options.hypervisor.sample(name)),
      );
      await this.loop.submit({ kind: 'samples', hosts });
    } finally {
      this.#isSampling = false;
    }
  }

  /** Compares what should be with what is, reports the difference, and queues again what is unfinished. */
  async reconcile(): Promise<readonly string[]> {
    const observed = await observe(this.#options.hypervisor, this.loop.state);
    const found = drifts(this.loop.state, observed);
    for (const { kind, machine, host } of found)
      if (kind === 'moved') await this.loop.submit({ kind: 'machine-seen', machine, host });
    const sentences = found.map((drift) => driftInWords(drift));
    for (const sentence of sentences) this.#options.log(sentence);
    return sentences;
  }

  /** All jobs have ended, and everybody who waits has been told. */
  get isSettled(): boolean {
    return this.loop.state.jobs.size === 0 && this.isQuiet && !this.#hasWaiters();
  }

  /** Nothing more happens unless time passes: every job that may run now is run, and waits on the clock. */
  isAtRest(waits: number, jobsPerHost: number): boolean {
    const queued = new Map<string, number>();
    for (const { job, phase } of this.loop.state.jobs.values())
      if (phase === 'queued') queued.set(job.host, (queued.get(job.host) ?? 0) + 1);
    const running = [...queued.values()].reduce((sum, count) => sum + Math.min(count, jobsPerHost), 0);
    return this.isQuiet && this.#running.size >= running && waits >= running;
  }

  async stop(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    for (const surface of this.#options.surfaces) await surface.stop();
    this.#teller.stop();
    await this.#options.queue.stop();
    await this.loop.stop();
    this.#options.folder.close();
  }

  /** Nothing is on its way to the disk or to people. */
  get isQuiet(): boolean {
    const hasAnswered = this.#options.surfaces.every((surface) => surface.isIdle);
    return this.loop.isIdle && this.#teller.isIdle && hasAnswered && !this.#isSampling;
  }

  /** Whether a machine waits for a host that is being switched on, which a job does. */
  #hasWaiters(): boolean {
    for (const { phase } of this.loop.state.machines.values()) if (phase === 'waiting') return true;
    return false;
  }

  async #startJobs(): Promise<void> {
    const { hypervisor, clock, pace, queue, log } = this.#options;
    const runner = new Runner({
      hypervisor,
      clock,
      pace,
      log,
      seed: (job) => this.#seed(job),
      record: (id) => this.loop.state.jobs.get(id),
      submit: (input) => this.loop.submit(input),
    });
    await queue.start(async (id, signal) => {
      this.#running.add(id);
      try {
        await runner.run(id, signal);
      } finally {
        this.#running.delete(id);
      }
    });
    await this.loop.resume();
  }

  /** Who may come into a new machine: whoever holds its lease, and whoever shares it. */
  #seed({ machine, name, image }: JobOf<'clone'>): Seed {
    const { state } = this.loop;
    const lease = state.leases.get(state.machines.get(machine)?.lease ?? ('' as LeaseId));
    const { os = 'linux', login = 'octopus' } = state.images.get(image) ?? {};
    const people = lease === undefined ? [] : [lease.holder, ...lease.coOwners];
    return { hostname: name, os, login, keys: this.#options.people.keysOf(people) };
  }

  #startTimers(): void {
    const { sampleEvery, log } = this.#options;
    const guarded = (work: () => Promise<unknown>) => (): void => {
      work().catch((error: unknown) => log(error instanceof Error ? error.message : String(error)));
    };
    this.#timers.push(
      setInterval(
        guarded(() => this.loop.resume()),
        REQUEUE_MS,
      ),
    );
    if (sampleEvery !== null)
      this.#timers.push(
        setInterval(
          guarded(() => this.#round()),
          sampleEvery * 1000,
        ),
      );
    for (const timer of this.#timers) timer.unref();
  }

  async #round(): Promise<void> {
    await this.sample();
    await this.reconcile();
  }
}
