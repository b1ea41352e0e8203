import { compile } from './compile.ts';
import { Frame, type Environment, type Evaluate } from './frame.ts';
import { compareValues, sameValue } from './order.ts';
import {
  keyOf,
  type Best,
  type Condition,
  type Expression,
  type FieldPattern,
  type Pattern,
  type Term,
} from './rule.ts';
import { FactAddress, FALSE, type Field, type Value } from './value.ts';
import { unreachable } from './unreachable.ts';
import type { Fact } from './world.ts';

export type Bindings = ReadonlyMap<string, Value>;

/** One way to satisfy conditions: the variables that they bound, and a fact for each, or null for an absence. */
export interface Solution {
  readonly bindings: Bindings;
  readonly facts: readonly (Fact | null)[];
}

/** Where matching looks for facts: at least all that a pattern may match under these bindings. */
export type Candidates = (pattern: Pattern, bindings: Bindings) => readonly Fact[];

/**
 * What conditions mean, said as plainly as it goes: every condition is tried on every fact that may match it, and nothing is
 * remembered. The network is held to this, and `why not` is answered by it.
 */
export class Matching {
  readonly #candidates: Candidates;
  readonly #environment: Environment;
  readonly #compiled = new Map<Expression, Evaluate>();
  #bindings: Bindings = new Map();

  constructor(candidates: Candidates, environment: Environment) {
    this.#candidates = candidates;
    this.#environment = environment;
  }

  /** All ways to satisfy the conditions one after the other. */
  solve(conditions: readonly Condition[], begin: Solution): Solution[] {
    let solutions = [begin];
    for (const condition of conditions)
      solutions = solutions.flatMap((solution) => this.satisfy(condition, solution));
    return solutions;
  }

  /** All ways to go on from a solution with one more condition. */
  satisfy(condition: Condition, given: Solution): Solution[] {
    const inside = (conditions: readonly Condition[]): Solution[] => this.solve(conditions, given);
    const absent = (isSo: boolean): Solution[] =>
      isSo ? [{ bindings: given.bindings, facts: [...given.facts, null] }] : [];
    switch (condition.kind) {
      case 'pattern':
        return this.#candidates(condition, given.bindings).flatMap((fact) =>
          this.#extend(given, fact, condition),
        );
      case 'best':
        return this.#best(condition, given);
      case 'test':
        return this.evaluate(condition.expression, given.bindings) === FALSE ? [] : [given];
      case 'and':
      case 'logical':
        return inside(condition.of);
      case 'or':
        return condition.of.flatMap((each) => inside([each]));
      case 'not':
        return absent(inside(condition.of).length === 0);
      case 'exists':
        return absent(inside(condition.of).length > 0);
      case 'forall':
        return absent(inside([condition.each]).every((each) => this.solve(condition.also, each).length > 0));
      default:
        return unreachable(condition);
    }
  }

  /** All ways in which a fact matches a pattern, as bindings. */
  matches(pattern: Pattern, fact: Fact, bindings: Bindings): Bindings[] {
    if (keyOf(fact.template) !== pattern.template) return [];
    return this.#layouts(pattern, fact).flatMap((layout) => {
      const bound = boundBy(pattern, fact, layout, bindings);
      return layout.every(([, field, value]) => this.#fits(field, value, bound)) ? [bound] : [];
    });
  }

  /** The slots of a fact that speak against a pattern, in the way of laying it over the fact that leaves the fewest. */
  misfits(pattern: Pattern, fact: Fact, bindings: Bindings): readonly string[] {
    const found = this.#layouts(pattern, fact).map((layout) => {
      const bound = boundBy(pattern, fact, layout, bindings);
      return layout.filter(([, field, value]) => !this.#fits(field, value, bound)).map(([slot]) => slot);
    });
    const [first = pattern.slots.map(({ slot }) => slot)] = found.toSorted((a, b) => a.length - b.length);
    return [...new Set(first)];
  }

  evaluate(expression: Expression, bindings: Bindings): Value {
    let evaluate = this.#compiled.get(expression);
    if (evaluate === undefined) {
      const scope = {
        read:
          (name: string): Evaluate =>
          () =>
            this.#bindings.get(name) as Value,
        local: noLocals,
      };
      this.#compiled.set(expression, (evaluate = compile(expression, scope, this.#environment)));
    }
    this.#bindings = bindings;
    return evaluate(new Frame());
  }

  #extend(given: Solution, fact: Fact, pattern: Pattern): Solution[] {
    return this.matches(pattern, fact, given.bindings).map((bindings) => ({
      bindings,
      facts: [...given.facts, fact],
    }));
  }

  #best(condition: Best, given: Solution): Solution[] {
    const { pattern, criteria } = condition;
    const candidates = this.#candidates(pattern, given.bindings).flatMap((fact) =>
      this.#extend(given, fact, pattern).map((solution) => ({
        fact,
        solution,
        worth: criteria.map(({ by }) => this.evaluate(by, solution.bindings)),
      })),
    );
    const [winner] = candidates.toSorted((a, b) => {
      for (const [at, { order }] of criteria.entries()) {
        const compared = compareValues(a.worth[at] as Value, b.worth[at] as Value);
        if (compared !== 0) return order === 'minimize' ? compared : -compared;
      }
      return compareFacts(a.fact, b.fact);
    });
    return winner === undefined ? [] : [winner.solution];
  }

  /** All ways to lay the fields of a pattern over the values of a fact. */
  #layouts({ slots }: Pattern, fact: Fact): readonly Layout[] {
    let layouts: readonly Layout[] = [[]];
    for (const { slot, fields } of slots) {
      const value = fact.slots[slot] as Value;
      const isMulti = fact.template.slots.find((each) => each.name === slot)?.multi ?? false;
      const ways: readonly Layout[] = isMulti
        ? layOut(slot, fields, value as readonly Field[])
        : [[[slot, fields[0] as FieldPattern, value]]];
      layouts = layouts.flatMap((layout) => ways.map((way) => layout.concat(way)));
    }
    return layouts;
  }

  #fits(field: FieldPattern, value: Value, bindings: Bindings): boolean {
    if (field.alternatives.length === 0) return true;
    const name = binder(field);
    if (name !== null && !sameValue(bindings.get(name) as Value, value)) return false;
    return field.alternatives.some((terms, at) =>
      (name !== null && at === 0 ? terms.slice(1) : terms).every((term) =>
        this.#holds(term, value, bindings),
      ),
    );
  }

  #holds(term: Term, value: Value, bindings: Bindings): boolean {
    switch (term.kind) {
      case 'value':
        return sameValue(value, term.value) !== term.negated;
      case 'variable':
        return sameValue(value, bindings.get(term.name) as Value) !== term.negated;
      case 'predicate':
        return (this.evaluate(term.expression, bindings) !== FALSE) !== term.negated;
      case 'equal':
        return sameValue(value, this.evaluate(term.expression, bindings)) !== term.negated;
      default:
        return unreachable(term);
    }
  }
}

/** Fields of a pattern with their slots and the values that they were laid over. */
type Layout = readonly (readonly [slot: string, field: FieldPattern, value: Value])[];

/** Negative: `a` comes first in canonical order. An absence comes before a fact. */
export function compareFacts(a: Fact | null, b: Fact | null): number {
  if (a === null || b === null) return Number(a !== null) - Number(b !== null);
  if (a.template !== b.template) return a.template.name < b.template.name ? -1 : 1;
  for (const { name } of a.template.slots) {
    const order = compareValues(a.slots[name] as Value, b.slots[name] as Value);
    if (order !== 0) return order;
  }
  return 0;
}

/** The variable that stands for the whole field: `?x`, or `?x&…` with or without alternatives behind. */
export function binder(field: FieldPattern): string | null {
  const [terms] = field.alternatives;
  const first = terms?.[0];
  if (terms === undefined || first?.kind !== 'variable' || first.negated) return null;
  return field.alternatives.length === 1 || terms.length > 1 ? first.name : null;
}

/** First all variables are bound, each by the first field that names it plainly; then everything is tested. */
function boundBy(pattern: Pattern, fact: Fact, layout: Layout, bindings: Bindings): Bindings {
  const bound = new Map(bindings);
  if (pattern.address !== null && !bound.has(pattern.address))
    bound.set(pattern.address, new FactAddress(fact.index));
  for (const [, field, value] of layout) {
    const name = binder(field);
    if (name !== null && !bound.has(name)) bound.set(name, value);
  }
  return bound;
}

/** All ways to lay a sequence of field patterns over the fields of a multislot, the shortest first segment first. */
function layOut(
  slot: string,
  patterns: readonly FieldPattern[],
  fields: readonly Field[],
): readonly Layout[] {
  const [first, ...others] = patterns;
  if (first === undefined) return fields.length === 0 ? [[]] : [];
  const lengths = first.multi ? Array.from({ length: fields.length + 1 }, (_, length) => length) : [1];
  return lengths.flatMap((length) => {
    if (length > fields.length) return [];
    const value = first.multi ? fields.slice(0, length) : (fields[0] as Field);
    const laid: Layout = [[slot, first, value]];
    return layOut(slot, others, fields.slice(length)).map((rest) => laid.concat(rest));
  });
}

function noLocals(name: string): never {
  throw new TypeError(`a condition can't bind \`?${name}\``);
}
