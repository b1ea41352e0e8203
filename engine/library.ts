import { compile, compileFunction } from './compile.ts';
import { Frame, LocalScope, type Callable, type Environment, type Evaluate } from './frame.ts';
import { RuleError, type Services } from './functions/builtin.ts';
import { builtins } from './functions/index.ts';
import { keyOf, type Expression, type FunctionDefinition, type GlobalDefinition } from './rule.ts';
import type { Value } from './value.ts';
import type { World } from './world.ts';

/**
 * Expressions that may be under way inside each other where the world says nothing: the stack that JavaScript has by itself,
 * nearly 1 MB, holds 1.5 times as many of the most expensive ones.
 */
const NESTING_MAX = 3_000;

/** What a call takes beside the expressions of the function's body. */
const NESTING_OF_CALL = 2;

/** What is told where somebody has wanted an end. */
export const INTERRUPTED = 'interrupted';

/** Steps between two looks at whether somebody wants an end. */
const STEPS_UNASKED = 256;

/** What the library has no hand in: how facts change, and how the host is called. */
export type FactActions = Pick<Environment, 'assertFact' | 'alterFact' | 'isMulti' | 'factsOf' | 'fact'>;

/** Functions of the host, with what they need filled in already. */
export type HostCall = (name: string) => ((values: readonly Value[]) => Value) | undefined;

interface Global {
  readonly definition: GlobalDefinition;
  value: Value;
  initial: Evaluate;
}

/** A function of the rule base. Who calls it holds on to this, so that a new definition reaches everybody. */
interface Defined extends Callable {
  definition: FunctionDefinition | null;
  arity: Callable['arity'];
  call: Callable['call'];
}

/**
 * What expressions can name: the language's functions, those that a rule base defines, those of the host, and globals.
 * It also counts the steps of a firing, so that no loop and no recursion goes on for ever.
 */
export class Library {
  readonly environment: Environment;
  readonly #services: Services;
  readonly #hostCall: HostCall;
  readonly #functions = new Map<string, Defined>();
  readonly #globals = new Map<string, Global>();
  readonly #world: Pick<World, 'nestingMax' | 'isInterrupted'>;
  #steps = 0;
  #callsDeep = 0;
  #nesting = 0;
  /** Rounds of loops and calls that one firing may take. */
  stepsMax = Infinity;
  /** Told before a global changes. */
  changing: ((cell: { value: Value }) => void) | null = null;
  /** Told of each call of a function of the rule base, and of its end: with its values, and how many calls are under way. */
  calling:
    | ((
        what: 'called' | 'returned',
        definition: FunctionDefinition,
        values: readonly Value[],
        depth: number,
      ) => void)
    | null = null;
  /** Told of each value that a global gets. */
  globalSet: ((definition: GlobalDefinition, value: Value, before: Value | null) => void) | null = null;

  constructor(
    actions: FactActions,
    services: Omit<Services, 'call' | 'find'>,
    hostCall: HostCall,
    world: Pick<World, 'nestingMax' | 'isInterrupted'>,
  ) {
    this.#world = world;
    this.#services = {
      ...services,
      call: (name, values) => this.#call(name, values),
      find: (name) => void this.#named(name),
    };
    this.#hostCall = hostCall;
    this.environment = {
      ...actions,
      callable: (name) => this.#callable(name),
      global: (name) => this.#global(name),
      setGlobal: (name, value) => {
        const cell = this.#global(name);
        this.#set(cell, value);
      },
      resetGlobal: (name) => {
        const cell = this.#global(name);
        this.#set(cell, cell.initial(new Frame()));
        return cell.value;
      },
      now: () => services.now(),
      step: () => {
        this.#steps += 1;
        if (this.#steps > this.stepsMax)
          throw new RuleError(`more than ${this.stepsMax} steps in one firing`);
        if (this.#steps % STEPS_UNASKED === 0) this.endIfInterrupted();
      },
      enter: () => undefined,
      leave: () => undefined,
    };
  }

  /** A firing, or a command from outside, begins: its steps count from here. */
  beginFiring(): void {
    this.#steps = 0;
  }

  /** Throws a RuleError when somebody wants what is under way to end. */
  endIfInterrupted(): void {
    if (this.#world.isInterrupted?.() === true) throw new RuleError(INTERRUPTED);
  }

  /** Adds a function, or replaces the one of that name for everybody. */
  addFunction(definition: FunctionDefinition): void {
    const key = keyOf(definition);
    const { arity, call } = compileFunction(definition, this.#environmentOf(definition));
    const known = this.#functions.get(key);
    if (known === undefined) this.#functions.set(key, { definition, arity, call });
    else Object.assign(known, { definition, arity, call });
  }

  removeFunction(key: string): boolean {
    const found = this.#functions.get(key);
    if (found === undefined) return false;
    found.definition = null;
    found.call = () => {
      throw new RuleError(`there is no function \`${key}\``);
    };
    return this.#functions.delete(key);
  }

  /** Functions of the rule base, in order of definition. */
  functions(): FunctionDefinition[] {
    return [...this.#functions.values()].flatMap(({ definition }) => definition ?? []);
  }

  /** Adds a global, or gives the one of that name a new value. */
  addGlobal(definition: GlobalDefinition): void {
    const key = keyOf(definition);
    const initial = this.closed(definition.value);
    const value = initial(new Frame());
    const known = this.#globals.get(key);
    if (known === undefined) {
      this.#globals.set(key, { definition, value, initial });
      this.globalSet?.(definition, value, null);
    } else {
      Object.assign(known, { definition, initial });
      this.#set(known, value);
    }
  }

  removeGlobal(key: string): boolean {
    return this.#globals.delete(key);
  }

  /** Globals with their values, in order of definition. */
  globals(): { readonly definition: GlobalDefinition; readonly value: Value }[] {
    return [...this.#globals.values()];
  }

  /** Takes over the values of globals and the running numbers of another library with the same definitions. */
  takeOver(other: Library): void {
    for (const [key, { value }] of other.#globals) this.#set(this.#global(key), value);
    this.#services.counter = other.#services.counter;
    this.#services.seed = other.#services.seed;
    this.#services.dividesAsFloats = other.#services.dividesAsFloats;
  }

  /** Whether `/` makes a float of two integers; else it cuts, as `div` does. */
  get dividesAsFloats(): boolean {
    return this.#services.dividesAsFloats;
  }

  set dividesAsFloats(isOn: boolean) {
    this.#services.dividesAsFloats = isOn;
  }

  resetGlobals(): void {
    for (const global of this.#globals.values()) this.#set(global, global.initial(new Frame()));
  }

  /** Forgets what the rule base has defined. */
  clear(): void {
    for (const key of this.#functions.keys()) this.removeFunction(key);
    this.#globals.clear();
  }

  globalValue(name: string): Value | undefined {
    return this.#globals.get(name)?.value;
  }

  /** An expression without variables of its own. */
  closed(expression: Expression): Evaluate {
    return compile(expression, new LocalScope(), this.environment);
  }

  /** The environment of a function's body: it knows how much of the stack a call takes. */
  #environmentOf({ body }: FunctionDefinition): Environment {
    const nesting = nestingOf(body) + NESTING_OF_CALL;
    return {
      ...this.environment,
      enter: (definition, values) => {
        this.environment.step();
        if (this.#nesting + nesting > (this.#world.nestingMax ?? NESTING_MAX))
          throw new RuleError(`\`${definition.name}\` calls itself too deep`);
        this.#nesting += nesting;
        this.#callsDeep += 1;
        this.calling?.('called', definition, values, this.#callsDeep);
      },
      leave: (definition, values) => {
        this.calling?.('returned', definition, values, this.#callsDeep);
        this.#callsDeep -= 1;
        this.#nesting -= nesting;
      },
    };
  }

  #set(global: Global, value: Value): void {
    this.changing?.(global);
    const before = global.value;
    global.value = value;
    this.globalSet?.(global.definition, value, before);
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

  #named(name: string): Callable {
    const callable = this.#callable(name);
    if (callable === undefined) throw new RuleError(`there is no function \`${name}\``);
    return callable;
  }

  #call(name: string, values: readonly Value[]): Value {
    const callable = this.#named(name);
    const [least, most] = callable.arity;
    if (values.length < least || (most !== null && values.length > most))
      throw new RuleError(`\`${name}\` does not take ${values.length} arguments`);
    return callable.call(values);
  }
}

/** How deep expressions stand in each other. */
function nestingOf(part: unknown): number {
  if (typeof part !== 'object' || part === null) return 0;
  let deepest = 0;
  for (const inner of Object.values(part)) deepest = Math.max(deepest, nestingOf(inner));
  return deepest + ('kind' in part && part.kind !== 'value' && part.kind !== 'variable' ? 1 : 0);
}

/** Whether actions call anything but the language's own functions, at any depth: only then is a firing's view made. */
export function callsOut(actions: unknown): boolean {
  if (Array.isArray(actions)) return actions.some(callsOut);
  if (typeof actions !== 'object' || actions === null) return false;
  const node = actions as Partial<Extract<Expression, { kind: 'call' }>>;
  if (node.kind === 'call' && node.name !== undefined && !builtins.has(node.name)) return true;
  return Object.values(actions).some(callsOut);
}
