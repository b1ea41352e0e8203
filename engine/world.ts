import type { Origin, Rule, Template } from './rule.ts';
import type { Session } from './session.ts';
import type { Value } from './value.ts';

// What a session and the world around it tell each other.

/** What a host function gets to know of the rule that calls it. */
export interface Firing {
  readonly rule: Rule;
  /** The facts that matched, in the order of the conditions; null for one that matched by absence. */
  readonly facts: readonly (Fact | null)[];
}

/** A fact as seen from outside. */
export interface Fact {
  readonly index: number;
  readonly template: Template;
  /** Values by slot, in the template's order. */
  readonly slots: Readonly<Record<string, Value>>;
}

/**
 * A function of the host. It may assert and retract in the session, and what it asserts stands by itself even when the rule
 * that calls it has `logical` conditions; what it returns is the call's value. What it throws is
 * collected as a problem of the rule that called it, a RuleError with its plain message.
 */
export type HostFunction = (values: readonly Value[], firing: Firing | null, session: Session) => Value;

/** What a session needs of the world outside of it. */
export interface World {
  readonly functions: ReadonlyMap<string, HostFunction>;
  /** Where `printout` goes. */
  write(router: string, text: string): void;
  /** What `time` gives, in seconds. Not given: the session knows no time, and `time` is an error. */
  now?(): number;
  /**
   * How many expressions of functions may be under way inside each other, a call counting two more; the stack has to hold
   * 330 bytes for each. Not given: as many as JavaScript's usual stack holds.
   */
  readonly nestingMax?: number;
  /** Asked now and then while something runs: whether somebody wants it to end. */
  isInterrupted?(): boolean;
}

export interface RunResult {
  readonly fired: number;
  /** `firingsMax` stopped the run while there was still something to fire. */
  readonly limitReached: boolean;
  /** A rule said `halt`, or met an error while errors end the run. */
  readonly halted: boolean;
  /** Errors that right-hand sides or tests met, `(/ 1 0)` for example; the firing that met one was cut short. */
  readonly problems: readonly RuntimeProblem[];
}

export interface RuntimeProblem {
  /** The key of the rule; empty when no rule was at work. */
  readonly rule: string;
  readonly origin: Origin;
  readonly message: string;
}

export interface Activation {
  readonly rule: Rule;
  readonly salience: number;
  readonly facts: readonly (Fact | null)[];
}

/** What a session holds, counted. After everything was retracted `tokens` is 1, the root's, and the rest is as in the beginning. */
export interface Statistics {
  readonly facts: number;
  readonly tokens: number;
  readonly entries: number;
  readonly supports: number;
  readonly atoms: number;
  /** Words of the heap in use, tables included. */
  readonly words: number;
  /** Firings, ever, that were known before their facts were matched, so that nothing else had to be matched for them. */
  readonly foreseen: number;
}
