import type { Command } from './command.ts';
import type { Event, Happening, Notice, Refusal, Trail } from './event.ts';
import type { Input, Speaker } from './input.ts';
import type { Job, JobRecord } from './job.ts';
import type { Instant, JobId, NoticeId } from './model.ts';
import type { Rulebook } from './rulebook.ts';
import type { State } from './state.ts';

/** A primitive that a law forbade: nothing happened of it, and it is recorded. */
export interface Breach {
  readonly law: string;
  readonly trail: Trail | null;
}

/** Where one decision is made: what is decided on, and what has come of it so far. */
export class Desk {
  readonly state: State;
  readonly input: Input;
  readonly at: Instant;
  /** The journal entry that this decision will be. */
  readonly entry: number;
  readonly events: Event[] = [];
  readonly refusals: Refusal[] = [];
  readonly breaches: Breach[] = [];
  /** What an accepted command is told in words. */
  readonly words: string[] = [];
  /** The rules did not come to rest. */
  isStuck = false;
  #concluding: (() => Trail) | null = null;
  #trail: Trail | null = null;
  /** The job that the input says has ended, as it was before. */
  readonly jobBefore: JobRecord | null;
  /** Checks what is to become the active policies. */
  readonly rulebook: Rulebook;
  readonly #shown: (mark: number) => void;
  readonly #answered: () => void;
  #isAccepted = false;
  #jobs = 0;
  #notices = 0;

  /**
   * `shown` is called after each event with the mark from before it, to show the rules what has changed; `answered` when a
   * rule has said yes, to show them that the request stands no more.
   */
  constructor(
    state: State,
    input: Input,
    at: Instant,
    rulebook: Rulebook,
    { shown, answered }: { readonly shown: (mark: number) => void; readonly answered: () => void },
  ) {
    this.state = state;
    this.input = input;
    this.at = at;
    this.rulebook = rulebook;
    this.jobBefore = input.kind === 'job-ended' ? (state.jobs.get(input.job) ?? null) : null;
    this.entry = state.count('entry') + 1;
    this.#shown = shown;
    this.#answered = answered;
  }

  /** The command that is being decided, if a person asked. */
  get command(): Command | null {
    return this.input.kind === 'command' ? this.input.command : null;
  }

  get speaker(): Speaker | null {
    return this.input.kind === 'command' ? this.input.speaker : null;
  }

  happen(happening: Happening): void {
    const event: Event = { ...happening, trail: this.trail };
    const { mark } = this.state.changes;
    this.events.push(event);
    this.state.fold(event, this.at, this.entry);
    this.#shown(mark);
  }

  /** Who concludes what happens from here on; null: the input itself says so. It is put in words only when something happens. */
  concludes(by: (() => Trail) | null): void {
    this.#concluding = by;
    this.#trail = null;
  }

  /** Who concluded what is about to happen; null for what the input itself says. */
  get trail(): Trail | null {
    if (this.#concluding !== null) this.#trail ??= this.#concluding();
    return this.#trail;
  }

  /** Some rule has answered the command with yes. */
  get isAccepted(): boolean {
    return this.#isAccepted;
  }

  /** Says yes to the command, if there is one. */
  accept(): void {
    if (this.#isAccepted) return;
    this.#isAccepted = true;
    this.#answered();
  }

  refuse(reason: string, help: string | null): void {
    this.refusals.push({ reason, help, trail: this.trail });
  }

  /** Records that a law stands against what a rule wanted. */
  breach(law: string): false {
    this.breaches.push({ law, trail: this.trail });
    return false;
  }

  create(job: Job): true {
    const id = `job-${this.entry}-${this.#jobs++}` as JobId;
    this.happen({ kind: 'job-created', id, job });
    return true;
  }

  /** Opens a notice; fields that are not given are absent. */
  open(notice: Pick<Notice, 'kind' | 'to'> & Partial<Notice>): NoticeId {
    const id = `notice-${this.entry}-${this.#notices++}` as NoticeId;
    const blank = {
      conversation: null,
      command: null,
      ask: null,
      lease: null,
      machine: null,
      name: null,
      host: null,
      expires: null,
      text: null,
      refusals: [],
      outcome: null,
      message: null,
    };
    this.happen({ kind: 'notice-opened', notice: { ...blank, ...notice, id, opened: this.at } });
    return id;
  }
}
