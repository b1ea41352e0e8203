import { RuleError } from './functions/builtin.ts';
import type { FunctionDefinition, Origin } from './rule.ts';
import { FALSE, type Value } from './value.ts';
import type { Fact } from './world.ts';

/** What an expression is evaluated on: the locals of a right-hand side or a function, or the match that a test looks at. */
export class Frame {
  readonly locals: (Value | undefined)[];
  token = 0;
  entry = 0;
  /** Whether `break` or `return` is on its way out. */
  signal: 'none' | 'break' | 'return' = 'none';
  result: Value = FALSE;

  constructor(locals: (Value | undefined)[] = []) {
    this.locals = locals;
  }
}

export type Evaluate = (frame: Frame) => Value;

/** Something that can be called by name. The arity is checked when a call is compiled. */
export interface Callable {
  readonly arity: readonly [least: number, most: number | null];
  readonly call: (values: readonly Value[]) => Value;
}

/** What compiled expressions need of their session. */
export interface Environment {
  /** Looked up at the first call, so that functions may call functions that come later. */
  callable(name: string): Callable | undefined;
  global(name: string): { value: Value };
  setGlobal(name: string, value: Value): void;
  /** Gives a global its first value again. */
  resetGlobal(name: string): Value;
  assertFact(template: string, slots: ReadonlyMap<string, Value>): Value;
  /** `modify` retracts the original, `duplicate` leaves it. */
  alterFact(kind: 'modify' | 'duplicate', fact: Value, slots: ReadonlyMap<string, Value>): Value;
  isMulti(template: string, slot: string): boolean;
  /** The facts of a template, oldest first. */
  factsOf(template: string): readonly Fact[];
  fact(index: number): Fact | undefined;
  /** Seconds on the clock of the world. */
  now(): number;
  /** Counts a round of a loop or a call, and throws a RuleError when a bound is reached. */
  step(): void;
  /** A function begins; throws a RuleError when too many are under way inside each other. */
  enter(definition: FunctionDefinition, values: readonly Value[]): void;
  leave(definition: FunctionDefinition, values: readonly Value[]): void;
}

/** Where variables live. */
export interface Scope {
  /** How a variable is read; null: the scope does not know it. */
  read(name: string): Evaluate | null;
  /** The local that `bind` or a loop writes; a test has none. */
  local(name: string): number;
}

/** The locals of a right-hand side or of a function, in order of appearance. */
export class LocalScope implements Scope {
  readonly names: string[];

  constructor(names: readonly string[] = []) {
    this.names = [...names];
  }

  read(name: string): Evaluate {
    const at = this.local(name);
    return (frame) => {
      const value = frame.locals[at];
      if (value === undefined) throw new RuleError(`variable \`?${name}\` has no value`);
      return value;
    };
  }

  local(name: string): number {
    const known = this.names.indexOf(name);
    return known >= 0 ? known : this.names.push(name) - 1;
  }
}

/** A problem that knows the call that met it. */
export class LocatedError extends RuleError {
  readonly origin: Origin;
  constructor(message: string, origin: Origin, value?: Value) {
    super(message, { value });
    this.origin = origin;
  }
}
