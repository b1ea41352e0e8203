import type { Value } from '../value.ts';
import type { Expression } from '../rule.ts';
import type { Ref, Test, Variables } from '../plan.ts';
import { unreachable } from '../unreachable.ts';
import { constantAtom, testOf } from './access.ts';
import { Program, type Code } from './code.ts';
import type { Fabric, Owner } from './node.ts';

/** The variables of the source that stand for the two sides of a match. */
export interface Sides {
  /** The token, with the link above it and its last entry and fact where the source has them at hand. */
  readonly token: Code;
  readonly parent: Code | null;
  readonly tokenEntry: Code;
  readonly tokenFact: Code | null;
  /** The entry of the level itself and its fact. */
  readonly entry: Code;
  readonly fact: Code;
}

/**
 * Writes how a match is read and tested. What is read goes into constants, those of the token in `left`, those of the entry in
 * `right`, so that the source reads each once, at the place where it puts these lines.
 */
export class MatchCode {
  readonly left: Code[] = [];
  readonly right: Code[] = [];
  readonly #program: Program;
  readonly #fabric: Fabric;
  readonly #owner: Owner;
  readonly #level: number;
  readonly #sides: Sides;
  readonly #onError: boolean;
  readonly #known = new Map<string, Code>();
  /** Some test runs as a closure, which may tell of an error. */
  hasClosures = false;

  constructor(
    program: Program,
    fabric: Fabric,
    owner: Owner,
    level: number,
    sides: Sides,
    { onError }: { readonly onError: boolean },
  ) {
    this.#program = program;
    this.#fabric = fabric;
    this.#owner = owner;
    this.#level = level;
    this.#sides = sides;
    this.#onError = onError;
  }

  /** The hash of several places; of one, its atom. As `keyReader` computes it. */
  key(refs: readonly Ref[]): Code {
    const [first, ...others] = refs;
    if (first === undefined) return '0';
    return others.reduce((hash, ref) => `mixed(${hash}, ${this.atom(ref)})`, this.atom(first));
  }

  /** The atom at a place. */
  atom(ref: Ref): Code {
    const isOwn = ref.level === this.#level;
    return this.#constant(isOwn, `a${ref.level}_${ref.from}${ref.at}`, () =>
      ref.from === 'capture'
        ? `M[${this.#entry(ref.level)} + ENTRY_CAPTURES + ${ref.at}]`
        : `M[${this.#fact(ref.level)} + FACT_SLOTS + ${ref.at}]`,
    );
  }

  /** All tests at once. */
  conjunction(tests: readonly Test[]): Code {
    return tests.length === 0 ? 'true' : tests.map((test) => this.#test(test)).join(' && ');
  }

  /**
   * All tests one by one, each with what has to be read for it. Those that are computed here, which can't fail with an error,
   * stand with the choosiest first; none is moved past one that runs as a closure.
   */
  steps(tests: readonly Test[]): Step[] {
    const steps = tests.map((test) => ({ test, runsAsClosure: this.#runsAsClosure(test) }));
    const runs: (typeof steps)[] = [];
    for (const step of steps) {
      const last = runs.at(-1);
      if (last === undefined || step.runsAsClosure || last[0]?.runsAsClosure === true) runs.push([step]);
      else last.push(step);
    }
    const ordered = runs.flatMap((run) => run.toSorted((a, b) => choosiness(a.test) - choosiness(b.test)));
    return ordered.map(({ test }) => {
      const code = this.#test(test);
      return { left: this.left.splice(0), right: this.right.splice(0), code };
    });
  }

  /** Whether a test needs its closure at all, if only for values that are no small integers. */
  #runsAsClosure(test: Test): boolean {
    const trial = new MatchCode(new Program(), this.#fabric, this.#owner, this.#level, this.#sides, {
      onError: this.#onError,
    });
    trial.#test(test);
    return trial.hasClosures;
  }

  #test(test: Test): Code {
    switch (test.kind) {
      case 'is':
        if (test.ref.from === 'address') return this.#closure(test);
        return `${this.atom(test.ref)} ${sign(test.negated)} ${constantAtom(this.#fabric, test.value)}`;
      case 'same':
        if (test.a.from === 'address' || test.b.from === 'address') return this.#closure(test);
        return `${this.atom(test.a)} ${sign(test.negated)} ${this.atom(test.b)}`;
      case 'holds': {
        const inline = this.#condition(test.expression, test.variables);
        if (inline === null) return this.#closure(test);
        return this.#guarded(inline, test.negated ? `!(${inline.code})` : inline.code, test);
      }
      case 'equals': {
        const number = this.#number(test.expression, test.variables);
        if (number === null || test.ref.from === 'address') return this.#closure(test);
        const own = this.atom(test.ref);
        const guards = new Set([...number.guards, own]);
        return this.#guarded({ guards }, `(${own} >> 1) ${sign(test.negated)} ${number.code}`, test);
      }
      case 'any':
        return `(${test.of.map((each) => `(${this.conjunction(each)})`).join(' || ')})`;
      default:
        return unreachable(test);
    }
  }

  /** Computed on small integers as long as all guards are such; by the closure otherwise. */
  #guarded({ guards }: { readonly guards: ReadonlySet<Code> }, code: Code, test: Test): Code {
    if (guards.size === 0) return `(${code})`;
    return `(((${[...guards].join(' & ')}) & 1) !== 0 ? ${code} : ${this.#closure(test)})`;
  }

  #closure(test: Test): Code {
    this.hasClosures = true;
    const holds = testOf(this.#fabric, test, this.#level, this.#owner, this.#onError);
    return `${this.#program.keep(holds, 'test')}(${this.#sides.token}, ${this.#sides.entry})`;
  }

  /** A condition over small integers and equality, or null when it is something else. */
  #condition(expression: Expression, variables: Variables): Inline | null {
    if (expression.kind !== 'call') return null;
    const { name, arguments: given } = expression;
    if (name === 'and' || name === 'or' || name === 'not') {
      const parts = given.map((each) => this.#condition(each, variables));
      if (parts.length === 0 || !parts.every((part) => part !== null)) return null;
      if (name === 'not') return parts.length === 1 ? joined(parts, ([code]) => `!(${code})`) : null;
      return joined(parts, (codes) => `(${codes.join(name === 'and' ? ' && ' : ' || ')})`);
    }
    const [first, second] = given;
    if (first === undefined || second === undefined || given.length !== 2) return null;
    if (name === 'eq' || name === 'neq') {
      const sides = [first, second].map((each) => this.#atomOf(each, variables));
      if (!sides.every((side) => side !== null)) return null;
      return { code: sides.join(name === 'eq' ? ' === ' : ' !== '), guards: new Set() };
    }
    const operator = COMPARISONS.get(name);
    if (operator === undefined) return null;
    const sides = [first, second].map((each) => this.#number(each, variables));
    return sides.every((side) => side !== null)
      ? joined(sides, (codes) => codes.join(` ${operator} `))
      : null;
  }

  /** A sum or difference of small integers, exact in a double; null when it is something else. */
  #number(expression: Expression, variables: Variables): Inline | null {
    if (expression.kind === 'value')
      return typeof expression.value === 'number' ? plain(expression.value) : null;
    if (expression.kind === 'variable') {
      const atom = this.#atomOf(expression, variables);
      return atom === null ? null : { code: `(${atom} >> 1)`, guards: new Set([atom]) };
    }
    if (expression.kind !== 'call' || (expression.name !== '+' && expression.name !== '-')) return null;
    const parts = expression.arguments.map((each) => this.#number(each, variables));
    if (parts.length < 2 || parts.length > 4 || !parts.every((part) => part !== null)) return null;
    return joined(parts, (codes) => `(${codes.join(` ${expression.name} `)})`);
  }

  #atomOf(expression: Expression, variables: Variables): Code | null {
    if (expression.kind === 'value') return this.#constantOf(expression.value);
    if (expression.kind !== 'variable') return null;
    const ref = variables.get(expression.name);
    return ref === undefined || ref.from === 'address' ? null : this.atom(ref);
  }

  #constantOf(value: Value): Code | null {
    return Array.isArray(value) ? null : String(constantAtom(this.#fabric, value));
  }

  #fact(level: number): Code {
    if (level === this.#level) return this.#sides.fact;
    if (level === this.#level - 1 && this.#sides.tokenFact !== null) return this.#sides.tokenFact;
    return this.#constant(false, `f${level}`, () => `M[${this.#link(level)} + TOKEN_FACT]`);
  }

  #entry(level: number): Code {
    if (level === this.#level) return this.#sides.entry;
    if (level === this.#level - 1) return this.#sides.tokenEntry;
    return this.#constant(false, `e${level}`, () => `M[${this.#link(level)} + TOKEN_ENTRY]`);
  }

  /** The link of the token's chain that holds what matched at a level. */
  #link(level: number): Code {
    const distance = this.#level - 1 - level;
    if (distance === 0) return this.#sides.token;
    if (distance === 1 && this.#sides.parent !== null) return this.#sides.parent;
    return this.#constant(false, `t${level}`, () => `M[${this.#link(level + 1)} + TOKEN_PARENT]`);
  }

  #constant(isOwn: boolean, name: string, code: () => Code): Code {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const read = code();
    (isOwn ? this.right : this.left).push(`const ${name} = ${read};`);
    this.#known.set(name, name);
    return name;
  }
}

/** A test, and the constants that it needs besides those of the steps before. */
export interface Step {
  readonly left: readonly Code[];
  readonly right: readonly Code[];
  readonly code: Code;
}

/** Equalities are passed by few, inequalities by most. */
function choosiness(test: Test): number {
  if (test.kind === 'is' || test.kind === 'same') return test.negated ? 3 : 0;
  return test.kind === 'any' ? 1 : 2;
}

/** Source that is right while all its guards, which are atoms, are small integers. */
interface Inline {
  readonly code: Code;
  readonly guards: ReadonlySet<Code>;
}

const plain = (value: number): Inline | null =>
  Number.isInteger(value) && Math.abs(value) < 2 ** 40 && !Object.is(value, -0)
    ? { code: value < 0 ? `(${value})` : String(value), guards: new Set() }
    : null;

const joined = (parts: readonly Inline[], code: (codes: readonly Code[]) => Code): Inline => ({
  code: code(parts.map((part) => part.code)),
  guards: new Set(parts.flatMap((part) => [...part.guards])),
});

const sign = (negated: boolean): string => (negated ? '!==' : '===');

const COMPARISONS: ReadonlyMap<string, string> = new Map([
  ['<', '<'],
  ['<=', '<='],
  ['>', '>'],
  ['>=', '>='],
  ['=', '==='],
  ['<>', '!=='],
]);
