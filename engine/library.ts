import {
  compile,
  compileFunction,
  Frame,
  LocalScope,
  type Callable,
  type Environment,
  type Evaluate,
} from './compile.ts';
import { RuleError, type Services } from './functions/builtin.ts';
import { builtins } from './functions/index.ts';
import type { Expression, FunctionDefinition, GlobalDefinition } from './rule.ts';
import type { Value } from './value.ts';

/** Functions that may be under way inside each other: JavaScript's stack holds twice as many of the usual ones. */
const CALLS_DEEP_MAX = 500;

/** What the library has no hand in: how facts change, and how the host is called. */
export type FactActions = Pick<Environment, 'assertFact' | 'alterFact' | 'isMulti'>;

/** Functions of the host, with what they need filled in already. */
export type HostCall = (name: string) => ((values: readonly Value[]) => Value) | undefined;

interface Global {
  value: Value;
  readonly initial: Evaluate;
}

/**
 * What expressions can name: the language's functions, those that a rule base defines, those of the host, and globals.
 * It also counts the steps of a firing, so that no loop and no recursion goes on for ever.
 */
export class Library {
  readonly environment: Environment;
  readonly #services: Services;
  readonly #hostCall: HostCall;
  readonly #functions = new Map<string, Callable>();
  readonly #globals = new Map<string, Global>();
  #steps = 0;
  #callsDeep = 0;
  /** Rounds of loops and calls that one firing may take. */
  stepsMax = Infinity;
  /** Told before a global changes. */
  changing: ((cell: { value: Value }) => void) | null = null;

  constructor(actions: FactActions, services: Omit<Services, 'call'>, hostCall: HostCall) {
    this.#services = { ...services, call: (name, values) => this.#call(name, values) };
    this.#hostCall = hostCall;
    this.environment = {
      ...actions,
      callable: (name) => this.#callable(name),
      global: (name) => this.#global(name),
      setGlobal: (name, value) => {
        const cell = this.#global(name);
        this.changing?.(cell);
        cell.value = value;
      },
      step: () => {
        this.#steps += 1;
        if (this.#steps > this.stepsMax)
          throw new RuleError(`more than ${this.stepsMax} steps in one firing`);
      },
      enter: (name) => {
        this.environment.step();
        if (this.#callsDeep >= CALLS_DEEP_MAX) throw new RuleError(`\`${name}\` calls itself too deep`);
        this.#callsDeep += 1;
      },
      leave: () => {
        this.#callsDeep -= 1;
      },
    };
  }

  /** A firing, or a command from outside, begins: its steps count from here. */
  beginFiring(): void {
    this.#steps = 0;
  }

  addFunction(definition: FunctionDefinition): void {
    this.#functions.set(definition.name, compileFunction(definition, this.environment));
  }

  addGlobal(definition: GlobalDefinition): void {
    const initial = this.closed(definition.value);
    this.#globals.set(definition.name, { value: initial(new Frame()), initial });
  }

  resetGlobals(): void {
    for (const global of this.#globals.values()) global.value = global.initial(new Frame());
  }

  globalValue(name: string): Value | undefined {
    return this.#globals.get(name)?.value;
  }

  /** An expression without variables of its own. */
  closed(expression: Expression): Evaluate {
    return compile(expression, new LocalScope(), this.environment);
  }

  #global(name: string): Global {
    const cell = this.#globals.get(name);
    if (cell === undefined) throw new TypeError(`there is no global \`?*${name}*\``);
    return cell;
  }

  #callable(name: string): Callable | undefined {
    const builtin = builtins.get(name);
    if (builtin !== undefined)
      return { arity: builtin.arity, call: (values) => builtin.call(values, this.#services) };
    const defined = this.#functions.get(name);
    if (defined !== undefined) return defined;
    const host = this.#hostCall(name);
    return host === undefined ? undefined : { arity: [0, null], call: host };
  }

  #call(name: string, values: readonly Value[]): Value {
    const callable = this.#callable(name);
    if (callable === undefined) throw new RuleError(`there is no function \`${name}\``);
    return callable.call(values);
  }
}

/** Whether actions call anything but the language's own functions, at any depth: only then is a firing's view made. */
export function callsOut(actions: unknown): boolean {
  if (Array.isArray(actions)) return actions.some(callsOut);
  if (typeof actions !== 'object' || actions === null) return false;
  const node = actions as Partial<Extract<Expression, { kind: 'call' }>>;
  if (node.kind === 'call' && node.name !== undefined && !builtins.has(node.name)) return true;
  return Object.values(actions).some(callsOut);
}
