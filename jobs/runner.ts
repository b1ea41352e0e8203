import { HypervisorError, type Hypervisor, type Seed } from '../hyperv/hypervisor.ts';
import type { Input } from '../policies/input.ts';
import type { Job, JobRecord } from '../policies/job.ts';
import type { Clock, Fault, Instant, JobId } from '../policies/model.ts';
import { attemptsMax, backOff, mayPass } from './retry.ts';
import { isUndone, stepsOf } from './runbook.ts';
import type { Found, JobOf, Step, StepContext } from './step.ts';

export interface RunnerOptions {
  readonly hypervisor: Hypervisor;
  /** The time by which deadlines pass. */
  readonly clock: Clock;
  /**
   * On which the runner waits before it looks again; left out: the same clock. In scripts this is the side of a virtual
   * clock that pulls. Deadlines never pull, or a step whose answer is still on its way would be timed out by them.
   */
  readonly pace?: Clock;
  /** The job as the state remembers it; undefined when the state does not know it, or not any more. */
  readonly record: (id: JobId) => JobRecord | undefined;
  /** Hands an input to the loop; resolves when it is journalled. */
  readonly submit: (input: Input) => Promise<unknown>;
  /** What the guest of a new machine is told; left out: its name, and nobody may come in. */
  readonly seed?: (job: JobOf<'clone'>) => Seed;
  /** A line for operators: attempts that failed, jobs that ended badly. */
  readonly log?: (line: string) => void;
}

/** What the steps of one run have in common. */
interface Given {
  readonly job: Job;
  readonly began: Instant;
  readonly recorded: boolean;
}

interface Failure {
  readonly fault: Fault;
  readonly message: string;
}

/** What a step's attempts came to. `held`: an earlier run had done it, and it still holds. */
type Outcome =
  | { readonly kind: 'held' }
  | { readonly kind: 'done'; readonly found: Found }
  | ({ readonly kind: 'failed' } & Failure);

/**
 * Runs jobs step by step: look, act if the wish does not hold yet, say so to the loop.
 *
 * Nothing is remembered here. A run that is cut off anywhere is followed by another that looks where the first stopped,
 * so every effect happens once although any line of this may run twice. A job ends in the state exactly once, because
 * the state forgets it when it ends and a job that the state does not know is nothing.
 */
export class Runner {
  readonly #hypervisor: Hypervisor;
  readonly #clock: Clock;
  readonly #pace: Clock;
  readonly #record: (id: JobId) => JobRecord | undefined;
  readonly #submit: (input: Input) => Promise<unknown>;
  readonly #seed: (job: JobOf<'clone'>) => Seed;
  readonly #log: (line: string) => void;

  constructor({
    hypervisor,
    clock,
    pace = clock,
    record,
    submit,
    seed = nameAlone,
    log = () => undefined,
  }: RunnerOptions) {
    this.#hypervisor = hypervisor;
    this.#clock = clock;
    this.#pace = pace;
    this.#record = record;
    this.#submit = submit;
    this.#seed = seed;
    this.#log = log;
  }

  /**
   * Runs the job until it has ended in the state. Rejects with the signal's reason when it is aborted: the job has not
   * ended then, and is to be run again. Rejects with what the loop says when an input is not taken.
   */
  async run(id: JobId, signal: AbortSignal): Promise<void> {
    const record = this.#record(id);
    if (record === undefined) return;
    const { job, since: began } = record;
    const steps = stepsOf(job);
    for (const [index, step] of steps.entries()) {
      const given = { job, began, recorded: record.done.includes(step.name) };
      const outcome = await this.#take(id, step, given, signal);
      if (outcome.kind === 'failed') return this.#fail(id, job, outcome, steps.slice(0, index + 1), signal);
      if (outcome.kind === 'done')
        await this.#tell({ kind: 'step-done', job: id, step: step.name, ...outcome.found }, signal);
    }
    await this.#tell({ kind: 'job-ended', job: id, outcome: 'done' }, signal);
  }

  async #fail(
    id: JobId,
    job: Job,
    { fault, message }: Failure,
    tried: readonly Step[],
    signal: AbortSignal,
  ): Promise<void> {
    const undone = isUndone(job) ? { undone: await this.#undo(id, job, tried, signal) } : {};
    await this.#tell({ kind: 'job-ended', job: id, outcome: 'failed', fault, message, ...undone }, signal);
  }

  async #take(id: JobId, step: Step, given: Given, signal: AbortSignal): Promise<Outcome> {
    const outcome = await this.#attempts(id, step, given, signal, async (context) => {
      const isDone = await step.isDone(context);
      if (isDone && context.recorded) return { kind: 'held' };
      if (!isDone) await step.run(context);
      return { kind: 'done', found: (await step.found?.(context)) ?? {} };
    });
    if (outcome.kind !== 'failed' || !mayPass(outcome.fault)) return outcome;
    // The last attempt may have worked and only its answer been lost: whoever gives up looks once more.
    const look = await this.#attempts(id, { ...step, attemptsMax: 1 }, given, signal, async (context) =>
      (await step.isDone(context)) ? { kind: 'done', found: (await step.found?.(context)) ?? {} } : outcome,
    );
    return look.kind === 'failed' ? outcome : look;
  }

  /** Takes steps back, the last first: also the one that failed, of which nobody knows how far it came. */
  async #undo(id: JobId, job: Job, steps: readonly Step[], signal: AbortSignal): Promise<boolean> {
    const given: Given = { job, began: this.#clock.now(), recorded: false };
    for (const step of steps.toReversed()) {
      if (step.undo === undefined) continue;
      const outcome = await this.#attempts(id, step, given, signal, async (context) => {
        await step.undo?.(context);
        return { kind: 'done', found: {} };
      });
      if (outcome.kind === 'failed') return false;
    }
    return true;
  }

  /** Tries until it works, until a fault stays, or until the attempts are used up. */
  async #attempts(
    id: JobId,
    step: Step,
    given: Given,
    signal: AbortSignal,
    attempt: (context: StepContext) => Promise<Outcome>,
  ): Promise<Outcome> {
    for (let attempts = 1; ; attempts += 1) {
      signal.throwIfAborted();
      try {
        return await this.#within(step, given, signal, attempt);
      } catch (error) {
        signal.throwIfAborted();
        const { fault, message } = failureOf(error);
        this.#log(`${id}: attempt ${attempts} of ${step.name} failed: ${fault}: ${message}`);
        if (!(error instanceof HypervisorError)) {
          // A bug of ours stops this job, loudly, and is not tried again.
          this.#log(`${id}: ${error instanceof Error ? error.stack : String(error)}`);
          return { kind: 'failed', fault, message };
        }
        const last = attempts >= Math.min(step.attemptsMax ?? Infinity, attemptsMax(fault));
        if (last || !mayPass(fault)) return { kind: 'failed', fault, message };
        await this.#pace.at((this.#pace.now() + backOff(fault, attempts)) as Instant, signal);
      }
    }
  }

  /** One attempt, with its deadline. It ends in time even if the hypervisor does not heed the signal. */
  async #within(
    step: Step,
    given: Given,
    outer: AbortSignal,
    attempt: (context: StepContext) => Promise<Outcome>,
  ): Promise<Outcome> {
    const late = new AbortController();
    const over = new AbortController();
    const deadline = (this.#clock.now() + Math.ceil(step.timeoutMs / 1000)) as Instant;
    this.#clock.at(deadline, over.signal).then(
      () => late.abort(new HypervisorError('timeout', sentenceWhenLate(step, given.job))),
      () => undefined, // the attempt was over before
    );
    const signal = AbortSignal.any([outer, late.signal]);
    try {
      const context = { ...given, hypervisor: this.#hypervisor, clock: this.#pace, seed: this.#seed, signal };
      return await Promise.race([attempt(context), aborted(signal)]);
    } finally {
      over.abort();
    }
  }

  /** Tells the loop, unless the job has meanwhile been taken from this run. */
  async #tell(input: Input, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    await this.#submit(input);
  }
}

function nameAlone({ name }: JobOf<'clone'>): Seed {
  return { hostname: name, os: 'linux', login: 'octopus', keys: [] };
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const give = (): void => reject(signal.reason as Error);
    if (signal.aborted) give();
    else signal.addEventListener('abort', give, { once: true });
  });
}

function sentenceWhenLate(step: Step, job: Job): string {
  return (
    step.late?.(job) ?? `${step.name} at ${job.host} took longer than ${Math.ceil(step.timeoutMs / 1000)} s`
  );
}

/** What is said of it: of a bug only that there was one, the rest is in the log. */
function failureOf(error: unknown): Failure {
  if (error instanceof HypervisorError) return { fault: error.fault, message: error.message };
  return { fault: 'unknown-outcome', message: 'Octopus met an error of its own; its log has more' };
}
