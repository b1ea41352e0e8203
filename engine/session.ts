import type { Origin, Rule, RuleBase, Template } from './rule.ts';
import type { Value } from './value.ts';

// The API is fixed here first; the class replaces these declarations.

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

/** A function of the host. It may assert and retract in the session; what it returns is the call's value. */
export type HostFunction = (values: readonly Value[], firing: Firing | null, session: Session) => Value;

/** What a session needs of the world outside of it. */
export interface World {
  readonly functions: ReadonlyMap<string, HostFunction>;
  /** Where `printout` goes. */
  write(router: string, text: string): void;
}

export interface RunResult {
  readonly fired: number;
  /** `firingsMax` stopped the run while there was still something to fire. */
  readonly limitReached: boolean;
  readonly halted: boolean;
  /** Errors that right-hand sides or tests met, `(/ 1 0)` for example; the firing that met one was cut short. */
  readonly problems: readonly RuntimeProblem[];
}

export interface RuntimeProblem {
  readonly rule: string;
  readonly origin: Origin;
  readonly message: string;
}

/** Conflict resolution. `canonical`: salience, then place in the rule base, then the values of the matched facts. */
export type Strategy = 'depth' | 'breadth' | 'canonical';

export interface Activation {
  readonly rule: Rule;
  readonly salience: number;
  readonly facts: readonly (Fact | null)[];
}

export declare class Session {
  constructor(base: RuleBase, options: { readonly strategy: Strategy; readonly world: World });
  /** Retracts everything, sets globals anew, and asserts the deffacts. A new session is already reset. */
  reset(): void;
  /**
   * Asserts a fact of plain values, converted by the template's slot types: a JavaScript string becomes a symbol where
   * the slot does not take STRING, a number an integer or float, a boolean TRUE or FALSE, an array a multislot. Slots left out take their
   * defaults. Null when an equal fact is there already. Throws a TypeError that names template and slot for a value that does not fit.
   */
  assert(template: string, slots: Readonly<Record<string, PlainValue>>): Fact | null;
  /** Retracts a fact by its index; false when there is none. */
  retract(index: number): boolean;
  /** Fires activations until none is left, or the bound is reached, or a rule says halt. */
  run(options?: { readonly firingsMax?: number }): RunResult;
  /** All facts, or those of one template, oldest first. */
  facts(template?: string): Iterable<Fact>;
  fact(index: number): Fact | undefined;
  /** What waits to fire, in firing order. */
  agenda(): readonly Activation[];
  /** From here on every change can be taken back. Transactions do not nest. */
  begin(): void;
  /** Keeps what was done since `begin`. */
  commit(): void;
  /** Facts (with their indexes), supports, globals and agenda are again as at `begin`. */
  rollBack(): void;
  addRule(rule: Rule): void;
  removeRule(name: string): boolean;
  global(name: string): Value | undefined;
}

export type PlainValue = Value | boolean | readonly (Value | boolean)[];
