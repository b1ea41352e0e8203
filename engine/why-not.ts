import type { Environment } from './frame.ts';
import type { PlainValue } from './convert.ts';
import { RuleError } from './functions/builtin.ts';
import { binder, Matching, type Bindings, type Solution } from './matching.ts';
import { compareNumbers, isNumeric, sameValue } from './order.ts';
import { printed } from './printed.ts';
import type { Condition, Pattern, Rule } from './rule.ts';
import { FactAddress, Sym, type Field, type Value } from './value.ts';
import type { Fact } from './world.ts';

/** Why a rule does not fire for these values, or that it does. */
export interface WhyNot {
  readonly rule: Rule;
  /** Complete matches that agree with the values: they wait to fire, or have fired already. */
  readonly matches: readonly { readonly facts: readonly (Fact | null)[]; readonly isWaiting: boolean }[];
  /** Every way to satisfy the rule, that is every branch of its `or`s, the one that got furthest first. */
  readonly ways: readonly Way[];
}

/** How far the conditions of one branch match, taken one after the other. */
export interface Way {
  readonly conditions: readonly Condition[];
  /** How many of them match together; all of them: this way the rule matches. */
  readonly reached: number;
  /** One match of these, and what it binds. */
  readonly facts: readonly (Fact | null)[];
  readonly bindings: Bindings;
  /** How many matches got as far. */
  readonly partials: number;
  /** What no match got past; null: there is nothing. */
  readonly failed: Failure | null;
}

export interface Failure {
  readonly condition: Condition;
  /**
   * `no-fact`: there is no fact of the template. `no-match`: there are, and none fits. `bound-otherwise`: what fits binds other values than those
   * asked about. `present`: what must not be there is. `false`: a test does not hold. `error`: an expression met an error.
   */
  readonly reason: 'no-fact' | 'no-match' | 'bound-otherwise' | 'present' | 'false' | 'error';
  /** The facts that come nearest to matching, and the slots that speak against them. */
  readonly nearest: readonly { readonly fact: Fact; readonly misfits: readonly string[] }[];
  /** The facts that must not be there; of a `forall`, those for which the rest fails. */
  readonly present: readonly Fact[];
  /** What went wrong, for `error`. */
  readonly message: string | null;
}

/** Partial matches that are looked at for what comes nearest, and facts that are named of each kind. */
const PARTIALS_MAX = 20;
const NAMED_MAX = 3;
/** Facts that are held against a pattern to find the nearest. */
const COMPARED_MAX = 5000;

/** What is asked of a session. */
export interface Asked {
  readonly rule: Rule;
  readonly facts: (template: string) => readonly Fact[];
  readonly environment: Environment;
  /** Whether a match of the rule waits to fire. */
  readonly isWaiting: (facts: readonly (Fact | null)[]) => boolean;
}

/**
 * Matches a rule by the plain meaning of its conditions, one after the other, and says where that ends. `given` narrows it to
 * matches in which these variables have these values.
 */
export function whyNotOf(asked: Asked, given: Readonly<Record<string, PlainValue>>): WhyNot {
  const ways = waysOf(asked.rule.when)
    .map((conditions) => new Asking(asked, given).way(conditions))
    .toSorted((a, b) => b.way.reached / b.way.conditions.length - a.way.reached / a.way.conditions.length);
  const matches = ways
    .filter(({ way }) => way.reached === way.conditions.length)
    .flatMap(({ solutions }) => solutions.map(({ facts }) => ({ facts, isWaiting: asked.isWaiting(facts) })));
  return { rule: asked.rule, matches, ways: ways.map(({ way }) => way) };
}

class Asking {
  readonly #asked: Asked;
  readonly #given: readonly (readonly [string, PlainValue])[];
  readonly #matching: Matching;
  readonly #index: FactIndex;
  #error: string | null = null;

  constructor(asked: Asked, given: Readonly<Record<string, PlainValue>>) {
    this.#asked = asked;
    this.#given = Object.entries(given);
    this.#index = new FactIndex(asked.facts);
    this.#matching = new Matching(
      (pattern, bindings) => this.#index.candidates(pattern, bindings),
      asked.environment,
    );
  }

  way(conditions: readonly Condition[]): { readonly way: Way; readonly solutions: readonly Solution[] } {
    let solutions: readonly Solution[] = [{ bindings: new Map(), facts: [] }];
    for (const [reached, condition] of conditions.entries()) {
      const found = solutions.flatMap((solution) => this.#satisfy(condition, solution));
      const next = found.filter(({ bindings }) => this.#agrees(bindings));
      if (next.length === 0) {
        const failed = this.#failure(condition, solutions, found.length > 0);
        return { way: { conditions, reached, ...sampled(solutions), failed }, solutions };
      }
      solutions = next;
    }
    return {
      way: { conditions, reached: conditions.length, ...sampled(solutions), failed: null },
      solutions,
    };
  }

  #satisfy(condition: Condition, solution: Solution): Solution[] {
    try {
      return this.#matching.satisfy(condition, solution);
    } catch (problem) {
      if (!(problem instanceof RuleError)) throw problem;
      this.#error = problem.message;
      return [];
    }
  }

  #solve(conditions: readonly Condition[], begin: Solution): Solution[] {
    let solutions = [begin];
    for (const condition of conditions)
      solutions = solutions.flatMap((solution) => this.#satisfy(condition, solution));
    return solutions;
  }

  #agrees(bindings: Bindings): boolean {
    return this.#given.every(([name, plain]) => {
      const value = bindings.get(name);
      return value === undefined || isMeant(value, plain);
    });
  }

  #failure(condition: Condition, solutions: readonly Solution[], isFound: boolean): Failure {
    const failure = { condition, nearest: [], present: [], message: this.#error } as const;
    if (this.#error !== null) return { ...failure, reason: 'error' };
    if (condition.kind === 'pattern') return this.#unmatched(condition, condition, solutions, isFound);
    if (condition.kind === 'best') return this.#unmatched(condition, condition.pattern, solutions, isFound);
    if (condition.kind === 'test') return { ...failure, reason: 'false' };
    if (condition.kind === 'not')
      return { ...failure, reason: 'present', present: this.#present(condition.of, solutions) };
    if (condition.kind === 'forall')
      return { ...failure, reason: 'present', present: this.#exceptions(condition, solutions) };
    // `exists`: what is missing is its first condition that does not match.
    const [first] = waysOf([condition]).map((inner) => this.#missing(inner, solutions));
    return { ...failure, ...first, condition, reason: first?.reason ?? 'no-match' };
  }

  /** `isFound`: facts match, but bind other values than those asked about. */
  #unmatched(
    condition: Condition,
    pattern: Pattern,
    solutions: readonly Solution[],
    isFound: boolean,
  ): Failure {
    const failure = { condition, nearest: [], present: [], message: null } as const;
    if (this.#asked.facts(pattern.template).length === 0) return { ...failure, reason: 'no-fact' };
    const nearest = this.#nearest(pattern, solutions);
    const isOther = isFound && nearest.every(({ misfits }) => misfits.length === 0);
    return isOther ? { ...failure, reason: 'bound-otherwise' } : { ...failure, reason: 'no-match', nearest };
  }

  #missing(conditions: readonly Condition[], solutions: readonly Solution[]): Failure | null {
    const of = conditions.flatMap((each) => (each.kind === 'exists' ? each.of : [each]));
    let partial = solutions;
    for (const condition of of) {
      const next = partial.flatMap((solution) => this.#satisfy(condition, solution));
      if (next.length === 0) return this.#failure(condition, partial, false);
      partial = next;
    }
    return null;
  }

  /** The facts of the template that the fewest slots speak against; those about which was asked come before all others. */
  #nearest(pattern: Pattern, solutions: readonly Solution[]): Failure['nearest'] {
    const all = this.#asked.facts(pattern.template).slice(0, COMPARED_MAX);
    const meant = all.filter((fact) => this.#isAskedAbout(pattern, fact));
    const facts = meant.length === 0 ? all : meant;
    const compared = solutions
      .slice(0, PARTIALS_MAX)
      .flatMap(({ bindings }) =>
        facts.map((fact) => ({ fact, misfits: this.#misfits(pattern, fact, bindings) })),
      );
    const least = compared.reduce((fewest, { misfits }) => Math.min(fewest, misfits.length), Infinity);
    const nearest = new Map<Fact, Failure['nearest'][number]>();
    for (const each of compared) {
      if (each.misfits.length === least && !nearest.has(each.fact)) nearest.set(each.fact, each);
    }
    return [...nearest.values()].slice(0, NAMED_MAX);
  }

  /** Whether no slot of a fact would bind another value than the one asked about. */
  #isAskedAbout({ slots, address }: Pattern, fact: Fact): boolean {
    return this.#given.every(([name, plain]) => {
      if (name === address) return fact.index === plain;
      const slot = slots.find(({ fields: [field] }) => field !== undefined && binder(field) === name);
      const value = slot === undefined ? undefined : fact.slots[slot.slot];
      return value === undefined || Array.isArray(value) || isMeant(value, plain);
    });
  }

  #misfits(pattern: Pattern, fact: Fact, bindings: Bindings): readonly string[] {
    try {
      return this.#matching.misfits(pattern, fact, bindings);
    } catch (problem) {
      if (!(problem instanceof RuleError)) throw problem;
      return pattern.slots.map(({ slot }) => slot);
    }
  }

  #present(conditions: readonly Condition[], solutions: readonly Solution[]): readonly Fact[] {
    const behind = solutions
      .slice(0, PARTIALS_MAX)
      .flatMap((solution) =>
        this.#solve(conditions, solution).flatMap(({ facts }) => facts.slice(solution.facts.length)),
      );
    return named(behind);
  }

  #exceptions(
    { each, also }: Extract<Condition, { kind: 'forall' }>,
    solutions: readonly Solution[],
  ): readonly Fact[] {
    const exceptions = solutions.slice(0, PARTIALS_MAX).flatMap((solution) =>
      this.#satisfy(each, solution)
        .filter((one) => this.#solve(also, one).length === 0)
        .flatMap(({ facts }) => facts.slice(solution.facts.length)),
    );
    return named(exceptions);
  }
}

function sampled(solutions: readonly Solution[]): Pick<Way, 'facts' | 'bindings' | 'partials'> {
  const [first] = solutions;
  return { facts: first?.facts ?? [], bindings: first?.bindings ?? new Map(), partials: solutions.length };
}

function named(facts: readonly (Fact | null)[]): readonly Fact[] {
  return [...new Set(facts.filter((fact) => fact !== null))].slice(0, NAMED_MAX);
}

/** Conditions without `or` and groups between them: one list for each way to choose. */
function waysOf(conditions: readonly Condition[]): readonly (readonly Condition[])[] {
  let ways: readonly (readonly Condition[])[] = [[]];
  for (const condition of conditions) {
    const choices =
      condition.kind === 'or'
        ? condition.of.flatMap((each) => waysOf([each]))
        : condition.kind === 'and' || condition.kind === 'logical'
          ? waysOf(condition.of)
          : [[condition]];
    ways = ways.flatMap((way) => choices.map((choice) => way.concat(choice)));
  }
  return ways;
}

/** Whether a value is what somebody meant who wrote plain JavaScript: text may be a symbol or a string, a fact its index. */
function isMeant(value: Value, plain: PlainValue): boolean {
  if (Array.isArray(plain)) {
    return (
      Array.isArray(value) &&
      value.length === plain.length &&
      (plain as readonly PlainValue[]).every((each, at) =>
        isMeant((value as readonly Field[])[at] as Field, each),
      )
    );
  }
  if (Array.isArray(value)) return false;
  const field = value as Field;
  if (typeof plain === 'boolean') return field instanceof Sym && field.name === (plain ? 'TRUE' : 'FALSE');
  if (typeof plain === 'string') return printed(field) === plain;
  if (field instanceof FactAddress) return field.index === plain;
  if (isNumeric(field) && isNumeric(plain as Field)) return compareNumbers(field, plain as number) === 0;
  return sameValue(field, plain as Field);
}

/** Facts by template, and by the value of a slot once a pattern asks for one that is known. */
class FactIndex {
  readonly #facts: (template: string) => readonly Fact[];
  readonly #all = new Map<string, readonly Fact[]>();
  readonly #bySlot = new Map<string, ReadonlyMap<string, readonly Fact[]>>();

  constructor(facts: (template: string) => readonly Fact[]) {
    this.#facts = facts;
  }

  candidates({ template, slots }: Pattern, bindings: Bindings): readonly Fact[] {
    const all = this.#allOf(template);
    const multi = new Set(all[0]?.template.slots.filter((slot) => slot.multi).map(({ name }) => name));
    for (const { slot, fields } of slots) {
      const [field] = fields;
      const name = field === undefined || multi.has(slot) ? null : binder(field);
      const value = name === null ? undefined : bindings.get(name);
      if (value !== undefined && field?.alternatives.length === 1)
        return this.#valuesOf(template, slot).get(keyOfValue(value)) ?? [];
    }
    return all;
  }

  #allOf(template: string): readonly Fact[] {
    let all = this.#all.get(template);
    if (all === undefined) this.#all.set(template, (all = this.#facts(template)));
    return all;
  }

  #valuesOf(template: string, slot: string): ReadonlyMap<string, readonly Fact[]> {
    const key = `${template} ${slot}`;
    const known = this.#bySlot.get(key);
    if (known !== undefined) return known;
    const values = new Map<string, Fact[]>();
    for (const fact of this.#allOf(template)) {
      const value = keyOfValue(fact.slots[slot] as Value);
      const same = values.get(value);
      if (same === undefined) values.set(value, [fact]);
      else same.push(fact);
    }
    this.#bySlot.set(key, values);
    return values;
  }
}

/** Equal for equal values: strings are quoted, floats have a point. */
const keyOfValue = (value: Value): string => printed(value, { quoted: true });
