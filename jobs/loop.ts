import { setTimeout as sleep } from 'node:timers/promises';
import type { Breach } from '../policies/desk.ts';
import type { Event, Refusal } from '../policies/event.ts';
import { Governor, type Decision } from '../policies/governor.ts';
import type { Input } from '../policies/input.ts';
import type { Clock, Instant, NoticeId } from '../policies/model.ts';
import { State, type StateData } from '../policies/state.ts';
import { reason } from './files.ts';
import { Journal, type Entry } from './journal.ts';
import type { Queue } from './queue.ts';
import type { SnapshotStore } from './snapshot.ts';

/** One line of the journal: an input, when it was taken, and what was decided of it. */
export interface Recorded {
  readonly at: Instant;
  readonly input: Input;
  readonly events: readonly Event[];
  readonly refusals: readonly Refusal[];
  readonly breaches: readonly Breach[];
  readonly problems: readonly string[];
  readonly notice: NoticeId | null;
}

/** What comes of an input. `repeated`: the command was accepted before, and nothing was done again. */
export type Outcome =
  | ({ readonly repeated: false } & Decision)
  | { readonly repeated: true; readonly number: number; readonly refusals: readonly Refusal[] };

/** The loop takes no input now; the message says why and what is being done about it. */
export class LoopStopped extends Error {
  override readonly name = 'LoopStopped';
}

export interface LoopOptions {
  /** The data folder; it is locked by whoever opens the loop. */
  readonly folder: string;
  readonly snapshots: SnapshotStore<StateData>;
  readonly queue: Queue;
  readonly clock: Clock;
  /** Sentences for operators. */
  readonly log: (sentence: string) => void;
  /** Entries between two snapshots; 2,000 unless told. */
  readonly snapshotEvery?: number;
}

/** How long it waits before it opens a journal again that could not be written, in milliseconds. */
const REOPEN_MS = 2_000;

/**
 * Takes one input at a time: decided, remembered, answered. It owns the only state, is the only caller of the governor
 * and the only writer of the journal.
 *
 * Inputs are decided in the order in which they come, and flushed in groups; nothing leaves before its own entry is on
 * disk. When the journal cannot be written the loop takes nothing, and starts again from what the journal has kept.
 */
export class Loop {
  readonly #options: LoopOptions;
  readonly #listeners = new Set<(decision: Decision) => void>();
  #journal: Journal<Recorded>;
  #state: State;
  #governor: Governor;
  #stopped: string | null = null;
  #pending = 0;
  /** Entries on their way to the disk: a repeated command is answered after its own. */
  readonly #flushing = new Map<number, Promise<void>>();
  #sinceSnapshot = 0;
  #saving: Promise<void> | null = null;
  #wake = new AbortController();
  #wakesAt: Instant | null = null;

  private constructor(options: LoopOptions, opened: Opened) {
    this.#options = options;
    this.#journal = opened.journal;
    this.#state = opened.state;
    this.#governor = new Governor(opened.state);
  }

  /** Reads snapshot and journal. Rejects with `JournalCorrupt`, naming the line. Jobs are queued by `resume`. */
  static async open(options: LoopOptions): Promise<Loop> {
    return new Loop(options, await open(options));
  }

  /** What there is, to be read only. */
  get state(): State {
    return this.#state;
  }

  get governor(): Governor {
    return this.#governor;
  }

  /** Nothing is on its way to the disk. */
  get isIdle(): boolean {
    return this.#pending === 0;
  }

  /** Why no input is taken; null when all is well. */
  get stopped(): string | null {
    return this.#stopped;
  }

  /** Called with each decision once it is on disk, in order. Gives the way to stop listening. */
  onDecision(listener: (decision: Decision) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Hands over again whatever the journal has as unfinished, and wakes at the next timer. */
  async resume(): Promise<void> {
    const jobs = [...this.#state.jobs.values()].filter(({ phase }) => phase === 'queued');
    await this.#options.queue.add(jobs);
    this.#sleep();
  }

  /** Decides on an input. Resolves when the decision is on disk; rejects with `LoopStopped`. */
  async submit(input: Input): Promise<Outcome> {
    if (this.#stopped !== null) throw new LoopStopped(this.#stopped);
    const seen = input.kind === 'command' ? this.#state.commands.get(input.command.id) : undefined;
    if (seen !== undefined) {
      await this.#flushing.get(seen.entry);
      return { repeated: true, number: seen.entry, refusals: [] };
    }

    const at = this.#options.clock.now();
    const decision = this.#governor.decide(input, at);
    if (isEmpty(decision)) return { repeated: false, ...decision };

    const { events, refusals, breaches, problems, notice } = decision;
    const entry = this.#journal.append({ at, input, events, refusals, breaches, problems, notice });
    this.#pending++;
    this.#flushing.set(entry.number, entry.flushed);
    try {
      if (entry.number !== decision.number)
        throw new Error(`decision ${decision.number} would be entry ${entry.number} of the journal`);
      await entry.flushed;
    } catch (error) {
      this.#fail(error);
      throw new LoopStopped(this.#stopped ?? 'the journal could not be written');
    } finally {
      this.#pending--;
      this.#flushing.delete(entry.number);
    }
    this.#leave(decision);
    return { repeated: false, ...decision };
  }

  /** Saves a snapshot and lets go of the journal. */
  async stop(): Promise<void> {
    this.#stopped ??= 'Octopus is being stopped; ask again in a moment';
    this.#wake.abort();
    while (this.#pending > 0) await new Promise((resolve) => setImmediate(resolve));
    await this.#saving;
    await this.#journal.close();
    await this.#save();
  }

  /** What follows of a decision that is on disk: jobs, listeners, the next timer, now and then a snapshot. */
  #leave(decision: Decision): void {
    for (const problem of decision.problems) this.#options.log(problem);
    if (decision.jobs.length > 0)
      this.#options.queue.add(decision.jobs).catch((error: unknown) => {
        this.#options.log(
          `jobs of entry ${decision.number} could not be queued, the reconciler tries again: ${reason(error)}`,
        );
      });
    for (const listener of this.#listeners) listener(decision);
    this.#sleep(decision);
    this.#sinceSnapshot++;
    if (
      this.#sinceSnapshot >= (this.#options.snapshotEvery ?? 2_000) &&
      this.#pending === 0 &&
      this.#saving === null
    ) {
      this.#saving = this.#save().finally(() => {
        this.#saving = null;
      });
    }
  }

  async #save(): Promise<void> {
    this.#sinceSnapshot = 0;
    try {
      await this.#options.snapshots.save(this.#state.count('entry'), this.#state.toJSON());
    } catch (error) {
      this.#options.log(`the snapshot could not be saved (${reason(error)}); the journal has everything`);
    }
  }

  /** Waits for the earliest timer; after a decision only if it set one that is earlier, or if one has rung. */
  #sleep(decision?: Decision): void {
    if (this.#stopped !== null) return;
    const changed = decision?.events.some((event) => {
      if (event.kind === 'timer-rang') return true;
      return event.kind === 'timer-set' && (this.#wakesAt === null || event.at < this.#wakesAt);
    });
    if (changed === false) return;
    const next = this.#state.nextTimer();
    if (next?.at === this.#wakesAt && this.#wakesAt !== null) return;
    this.#wake.abort();
    this.#wakesAt = next?.at ?? null;
    if (next !== undefined) this.#wakeAt(next.at);
  }

  #wakeAt(instant: Instant): void {
    const wake = new AbortController();
    this.#wake = wake;
    const tick = async (): Promise<void> => {
      await this.#options.clock.at(instant, wake.signal);
      this.#wakesAt = null;
      await this.submit({ kind: 'tick' });
      this.#sleep();
    };
    tick().catch((error: unknown) => {
      if (!wake.signal.aborted && !(error instanceof LoopStopped))
        this.#options.log(`a tick failed: ${reason(error)}`);
    });
  }

  /** Nothing that was decided since the last flush has happened: start again from what the journal has. */
  #fail(error: unknown): void {
    if (this.#stopped !== null) return;
    this.#stopped = `nothing is taken just now: ${reason(error)}`;
    this.#options.log(this.#stopped);
    this.#wake.abort();
    this.#wakesAt = null;
    const again = async (): Promise<void> => {
      await sleep(REOPEN_MS, undefined, { ref: false });
      await this.#journal.close();
      const { journal, state } = await open(this.#options);
      this.#journal = journal;
      this.#state = state;
      this.#governor = new Governor(state);
      this.#stopped = null;
      this.#options.log('the journal can be written again; what it has kept goes on');
      await this.resume();
    };
    const untilItWorks = async (): Promise<void> => {
      for (;;) {
        try {
          return await again();
        } catch (failure) {
          this.#options.log(`the journal could not be opened again: ${reason(failure)}`);
        }
      }
    };
    void untilItWorks();
  }
}

interface Opened {
  readonly journal: Journal<Recorded>;
  readonly state: State;
}

async function open({ folder, snapshots, log }: LoopOptions): Promise<Opened> {
  const journal = await Journal.open<Recorded>(folder, { onProblem: log });
  const snapshot = snapshots.load();
  const usable = snapshot !== null && snapshot.number <= journal.last ? snapshot : null;
  const state = usable === null ? new State() : State.from(usable.value);
  for await (const entry of journal.read((usable?.number ?? 0) + 1)) replay(state, entry);
  return { journal, state };
}

/** Folds an entry as it was recorded. */
export function replay(state: State, { number, value }: Entry<Recorded>): void {
  for (const event of value.events) state.fold(event, value.at, number);
  state.changes.settle();
}

/** Nothing happened and nobody was refused: not worth a line of the journal. */
function isEmpty({ events, refusals, breaches, problems }: Decision): boolean {
  return events.length + refusals.length + breaches.length + problems.length === 0;
}
