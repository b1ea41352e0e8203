import type { FunctionSignature } from '../engine/rule.ts';
import { Session, type Fact, type Firing, type HostFunction, type RunResult } from '../engine/session.ts';
import { FALSE, symbol } from '../engine/value.ts';
import type { WhyNot } from '../engine/why-not.ts';
import type { Ask, Command } from './command.ts';
import { Desk, type Breach } from './desk.ts';
import type { Event, Notice, Refusal, Trail } from './event.ts';
import { entities, factOf, seenThrough, type EntityRef } from './facts.ts';
import { happeningsOf, inputFacts } from './hearing.ts';
import type { Input } from './input.ts';
import type { JobRecord } from './job.ts';
import type { Instant, LeaseId, NoticeId } from './model.ts';
import { primitives } from './primitives.ts';
import { rivalsOf } from './rivals.ts';
import { Rulebook } from './rulebook.ts';
import type { State } from './state.ts';
import { explainedText, factText } from './trail.ts';
import { whyNotAbout } from './why-not.ts';

/** Most firings of one decision; a set of rules that needs more does not come to rest. */
const FIRINGS_MAX = 10_000;
/** Besides, for each fact of a session that has just been built: every standing fact may fire once for a few rules. */
const FIRINGS_MAX_SETTLING_PER_FACT = 20;

/** What was decided of one input: what happened, who concluded it, and what is to be done now. */
export interface Decision {
  /** The journal entry that it is. */
  readonly number: number;
  readonly at: Instant;
  readonly events: readonly Event[];
  /** Why not; empty for a yes. */
  readonly refusals: readonly Refusal[];
  readonly breaches: readonly Breach[];
  /** What went wrong in the rules themselves, in sentences for administrators. */
  readonly problems: readonly string[];
  /** Jobs that are to be queued now. */
  readonly jobs: readonly JobRecord[];
  /** What tells the asker. */
  readonly notice: NoticeId | null;
}

/**
 * Puts inputs to the rules. It holds the live rule session, which follows the state by differences, and is the only
 * one to fold events into the state that it is given.
 *
 * A governor rebuilt from the same state decides the next input alike: nothing that matters lives in the session only.
 */
export class Governor {
  readonly #state: State;
  readonly #rulebook = new Rulebook(signatures());
  /** The version whose rules the session runs; null before the first start is decided. */
  #version: number | null = null;
  #session: Session | null = null;
  /** The session was built and has not come to rest yet: every standing fact may fire once for each rule. */
  #isFresh = false;
  /** The facts in the session by entity, and how to take back what was shown since a decision began. */
  readonly #shown = new Map<string, { readonly index: number; readonly text: string }>();
  readonly #unshow: { readonly id: string; readonly before: { index: number; text: string } | undefined }[] =
    [];
  #desk: Desk | null = null;
  readonly #beaten = new WeakMap<Firing, readonly string[]>();
  /** Facts in the session that stand for the input that is being decided. */
  readonly #held: number[] = [];

  constructor(state: State) {
    this.#state = state;
    if (state.policy !== undefined) this.#build();
  }

  /**
   * Puts one input to the rules and collects what they conclude.
   *
   * Every effect is folded into the state and shown to the rules before the next one fires, so they see what they did.
   * A refusal, a breach of the firing limit or a rehearsal leaves session and state untouched, but for what the input
   * itself says: that a person asked, that a step took effect.
   */
  decide(input: Input, at: Instant, { rehearsal = false } = {}): Decision {
    const { changes } = this.#state;
    changes.settle();
    const policyBefore = this.#state.count('policy');
    const queuedBefore = this.#queued();
    const desk = this.#begin(input, at);
    const problems = this.#hear(desk);
    if (this.#version !== null && this.#state.count('policy') !== this.#version)
      problems.push(...this.#swap(desk));

    const command = desk.command;
    if (command !== null && !desk.isAccepted && desk.refusals.length === 0 && problems.length === 0)
      desk.refuse('no rule answers this request', 'an administrator can see the rules by `policy list`');
    if (command !== null && problems.length > 0) for (const problem of problems) desk.refuse(problem, null);

    const isKept = desk.refusals.length === 0 && !(command === null && desk.isStuck);
    if (rehearsal || !isKept) this.#rollBack(policyBefore);
    if (rehearsal) return this.#decision(desk, problems, queuedBefore, null);
    if (!isKept) return this.#decideWithoutRules(desk, problems, queuedBefore);

    const notice = this.#answer(desk);
    this.#session?.commit();
    this.#isFresh = false;
    this.#unshow.length = 0;
    return this.#decision(desk, problems, queuedBefore, notice);
  }

  /** The rules of the active version, as they are written. */
  get rulebook(): Rulebook {
    return this.#rulebook;
  }

  /** Names of the rules in force. */
  rules(): readonly string[] {
    return (this.#session?.rules() ?? []).map(({ name }) => name);
  }

  /** How far a rule matches what there is now, and what stops it; `about` narrows it to a host, a machine or a lease. Null: there is no such rule. */
  whyNot(rule: string, about: readonly string[]): WhyNot | null {
    return this.#session === null ? null : whyNotAbout(this.#session, rule, about);
  }

  /** Every fact that the rules see now, as text, in order: for tests and for whoever debugs a policy. */
  facts(): readonly string[] {
    return [...(this.#session?.facts() ?? [])].map((fact) => factText(fact));
  }

  /** Facts of a template that the policies themselves declare, `quota` for example; none when no policy does. */
  standing(template: string): readonly Fact['slots'][] {
    return [...(this.#session?.facts(template) ?? [])].map(({ slots }) => slots);
  }

  #begin(input: Input, at: Instant): Desk {
    const desk = new Desk(this.#state, input, at, this.#rulebook, {
      shown: (mark) => this.#show(mark),
      answered: () => this.#answered(),
    });
    this.#desk = desk;
    this.#session?.begin();
    return desk;
  }

  /** Folds what the input says, and lets the rules conclude what follows. Gives what went wrong. */
  #hear(desk: Desk): string[] {
    for (const happening of happeningsOf(desk)) desk.happen(happening);
    const problems = this.#session === null ? this.#swap(desk) : [];
    const session = this.#session;
    if (session === null) return problems;
    if (mayAlwaysGoBack(desk)) primitives.get('activate')?.run(desk, [symbol(desk.command?.id ?? '')]);
    else for (const { template, slots } of inputFacts(desk)) this.#hold(session.assert(template, slots));
    problems.push(...this.#run(desk, FIRINGS_MAX));
    this.#letGo();
    problems.push(...this.#run(desk, FIRINGS_MAX));
    return problems;
  }

  /** Keeps a fact that stands for the input alone. */
  #hold(fact: Fact | null): void {
    if (fact !== null) this.#held.push(fact.index);
  }

  #letGo(): void {
    for (const index of this.#held.splice(0)) this.#session?.retract(index);
  }

  /** The request has its yes: what stands from here on is that it was answered, so no rule looks at it once more. */
  #answered(): void {
    const command = this.#desk?.command ?? null;
    if (command === null || this.#session === null) return;
    this.#letGo();
    const { id, kind, by } = command;
    this.#hold(this.#session.assert('answered', { id, kind, by }));
  }

  #run(desk: Desk, firingsMax: number): string[] {
    const bound = this.#isFresh ? firingsMax + FIRINGS_MAX_SETTLING_PER_FACT * this.#shown.size : firingsMax;
    const run = this.#session?.run({ firingsMax: bound });
    desk.concludes(null);
    if (run?.limitReached === true) desk.isStuck = true;
    return run === undefined ? [] : inSentences(run, bound);
  }

  /** Gives the session the rules of the version that has just become active. */
  #swap(desk: Desk): string[] {
    this.#takeBack();
    this.#build();
    this.#session?.begin();
    this.#show(0);
    return this.#run(desk, FIRINGS_MAX);
  }

  /** Makes a session with the rules of the active version, or changes the one that lives by what differs. */
  #build(): void {
    const version = this.#state.policy;
    if (version === undefined) return;
    const base = this.#rulebook.base(version.files);
    this.#version = version.number;
    this.#isFresh = true;
    if (this.#session !== null) {
      const shown = new Set(Array.from(this.#shown.values(), ({ index }) => index));
      if (this.#session.become(base, (index) => shown.has(index))) return;
      this.#shown.clear();
    }
    const functions = new Map<string, HostFunction>(
      [...primitives.values()].map(({ signature: { name }, run }) => [
        name,
        (values, firing): ReturnType<HostFunction> => {
          const desk = this.#desk;
          if (desk === null) return FALSE;
          desk.concludes(firing === null ? null : (): Trail => this.#trail(firing));
          return run(desk, values);
        },
      ]),
    );
    this.#session = new Session(base, {
      strategy: 'canonical',
      world: { functions, write: () => undefined },
    });
    for (const entity of entities(this.#state)) this.#showEntity(entity);
    this.#unshow.length = 0;
  }

  /** Brings the facts of all entities that were touched since the mark up to date. */
  #show(mark: number): void {
    if (this.#session === null) return;
    for (const touched of this.#state.changes.touched(mark))
      for (const entity of seenThrough(touched)) this.#showEntity(entity);
  }

  #showEntity(entity: EntityRef): void {
    const session = this.#session as Session;
    const id = `${entity.table} ${entity.key}`;
    const before = this.#shown.get(id);
    const fact = factOf(this.#state, entity);
    const text = fact === null ? '' : JSON.stringify(fact);
    if (before?.text === text || (before === undefined && fact === null)) return;
    if (before !== undefined) session.retract(before.index);
    this.#unshow.push({ id, before });
    this.#shown.delete(id);
    const shown = fact === null ? null : session.assert(fact.template, fact.slots);
    if (shown !== null) this.#shown.set(id, { index: shown.index, text });
  }

  #rollBack(policyBefore: number): void {
    const wasSwapped = this.#version !== policyBefore;
    this.#takeBack();
    this.#state.changes.rollBackTo(0);
    if (wasSwapped) this.#build();
  }

  /** The session is as it was before the decision; the state is not touched. */
  #takeBack(): void {
    this.#held.length = 0;
    this.#session?.rollBack();
    for (const { id, before } of this.#unshow.splice(0).toReversed()) {
      if (before === undefined) this.#shown.delete(id);
      else this.#shown.set(id, before);
    }
  }

  /** After a no: what the input itself says still happened, and a person who asked is refused. */
  #decideWithoutRules(tried: Desk, problems: readonly string[], queuedBefore: ReadonlySet<string>): Decision {
    const desk = this.#begin(tried.input, tried.at);
    for (const happening of happeningsOf(desk)) desk.happen(happening);
    if (tried.isStuck && tried.command === null) postpone(desk);
    const { command } = desk;
    let notice: NoticeId | null = null;
    if (command !== null && tried.input.kind === 'command') {
      const { refusals } = tried;
      desk.happen({
        kind: 'request-refused',
        command: command.id,
        by: command.by,
        ask: recorded(command),
        refusals,
      });
      const { from: conversation } = tried.input;
      const text = refusals.map(({ reason }) => reason).join('; ');
      if (conversation !== null)
        notice = desk.open({
          kind: 'answer',
          to: command.by,
          conversation,
          command: command.id,
          ask: recorded(command),
          ...subjectsOf(desk),
          refusals,
          outcome: { good: false, text },
        });
    }
    this.#session?.commit();
    this.#unshow.length = 0;
    const decision = this.#decision(desk, problems, queuedBefore, notice);
    return { ...decision, refusals: tried.refusals, breaches: tried.breaches };
  }

  /** A yes: the command counts as done, and its asker is told by a notice that follows the state. */
  #answer(desk: Desk): NoticeId | null {
    const { command, input } = desk;
    if (command === null || input.kind !== 'command') return null;
    desk.concludes(null);
    desk.happen({ kind: 'request-accepted', command: command.id, by: command.by, ask: recorded(command) });
    if (input.from === null) return null;
    const words = desk.words.filter((word) => word !== '');
    const text = words.length === 0 ? null : words.join('\n');
    const about = { command: command.id, ask: recorded(command), text, ...subjectsOf(desk) };
    return desk.open({ kind: 'answer', to: command.by, conversation: input.from, ...about });
  }

  #decision(
    desk: Desk,
    problems: readonly string[],
    queuedBefore: ReadonlySet<string>,
    notice: NoticeId | null,
  ): Decision {
    const { entry: number, at, events, refusals, breaches } = desk;
    const jobs = [...this.#state.jobs.values()].filter(
      ({ id, phase }) => phase === 'queued' && !queuedBefore.has(id),
    );
    this.#desk = null;
    return { number, at, events, refusals, breaches, problems, jobs, notice };
  }

  #queued(): ReadonlySet<string> {
    return new Set(
      [...this.#state.jobs.values()].filter(({ phase }) => phase === 'queued').map(({ id }) => id),
    );
  }

  /** As they were when the firing first concluded something: what it concludes next, it has changed itself. */
  #rivals(firing: Firing): readonly string[] {
    let rivals = this.#beaten.get(firing);
    if (rivals === undefined) {
      const session = this.#session;
      rivals = session === null ? [] : rivalsOf(firing, session).map((fact) => factText(fact));
      this.#beaten.set(firing, rivals);
    }
    return rivals;
  }

  #trail(firing: Firing): Trail {
    const { rule } = firing;
    const facts = this.#session === null ? [] : explainedText(this.#session.explain(firing));
    const { file, line } = rule.origin;
    const rivals = this.#rivals(firing);
    return {
      rule: rule.name,
      file,
      line,
      version: this.#version ?? 0,
      facts,
      ...(rivals.length === 0 ? {} : { rivals }),
    };
  }
}

function signatures(): readonly FunctionSignature[] {
  return [...primitives.values()].map(({ signature }) => signature);
}

/**
 * A law, and the only answer that no rule can take away: an administrator goes back to an earlier version. Otherwise a file
 * that refuses everything, or that answers nothing, could never be replaced by message again.
 */
function mayAlwaysGoBack({ command, speaker }: Desk): boolean {
  return command?.kind === 'roll-back-policies' && speaker?.role === 'admin';
}

function inSentences({ problems, limitReached }: RunResult, firingsMax: number): string[] {
  const found = problems.map(
    ({ rule, origin, message }) => `rule ${rule} (${origin.file}:${origin.line}) failed: ${message}`,
  );
  if (limitReached) found.push(`the rules did not come to rest within ${firingsMax} firings`);
  return found;
}

/** Timers that rang in a decision that was taken back ring again in a minute: an administrator may have mended the rules. */
function postpone(desk: Desk): void {
  for (const event of desk.events.slice())
    if (event.kind === 'timer-rang')
      desk.happen({ ...event, kind: 'timer-set', at: (desk.at + 60) as Instant });
}

/** The ask as it is kept: without the text of a policy, which stands in the input. */
function recorded(command: Command): Ask {
  const { id: _id, by: _by, ...ask } = command;
  return ask.kind === 'load-policy' ? { ...ask, text: '' } : ask;
}

/** What the command was about, as it is after the decision. */
function subjectsOf(desk: Desk): Pick<Notice, 'lease' | 'machine' | 'name' | 'host' | 'expires'> {
  const { command, state, events } = desk;
  const granted = events.find((event) => event.kind === 'lease-granted');
  const asked = command !== null && 'lease' in command ? command.lease : null;
  const lease = state.leases.get(granted?.lease ?? (asked as LeaseId));
  const machine = lease === undefined ? undefined : state.machines.get(lease.machine);
  return {
    lease: lease?.id ?? null,
    machine: machine?.id ?? null,
    name: machine?.name ?? null,
    host: command !== null && 'host' in command ? command.host : (machine?.host ?? null),
    expires: lease?.expires ?? null,
  };
}
