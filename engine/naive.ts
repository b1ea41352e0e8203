import { compile, Frame, type Environment } from './compile.ts';
import { builtins } from './functions/index.ts';
import { compareValues, sameValue } from './order.ts';
import type { Best, Condition, Expression, FieldPattern, Pattern, Rule, Term } from './rule.ts';
import type { Fact } from './session.ts';
import { FactAddress, FALSE, type Field, type Value } from './value.ts';
import { unreachable } from './unreachable.ts';

/** One match of a rule, as the naive matcher finds it. */
export interface NaiveMatch {
  readonly rule: Rule;
  readonly facts: readonly (Fact | null)[];
}

type Bindings = ReadonlyMap<string, Value>;

interface Solution {
  readonly bindings: Bindings;
  readonly facts: readonly (Fact | null)[];
}

/**
 * The obviously right matcher: tries all facts for all conditions, remembers nothing. All matches of all rules, each rule's
 * in canonical order of the facts. It knows the pure functions of the language only, and meets no errors.
 */
export function matchNaively(rules: readonly Rule[], facts: readonly Fact[]): NaiveMatch[] {
  return rules.flatMap((rule) =>
    solve(rule.when, { bindings: new Map(), facts: [] }, facts)
      .map((solution) => ({ rule, facts: solution.facts }))
      .toSorted((a, b) => compareMatches(a.facts, b.facts)),
  );
}

/** Negative: `a` comes first in canonical order. An absence comes before a fact. */
export function compareMatches(a: readonly (Fact | null)[], b: readonly (Fact | null)[]): number {
  for (let at = 0; at < a.length && at < b.length; at += 1) {
    const order = compareFacts(a[at] ?? null, b[at] ?? null);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function compareFacts(a: Fact | null, b: Fact | null): number {
  if (a === null || b === null) return Number(a !== null) - Number(b !== null);
  if (a.template !== b.template) return a.template.name < b.template.name ? -1 : 1;
  for (const { name } of a.template.slots) {
    const order = compareValues(a.slots[name] as Value, b.slots[name] as Value);
    if (order !== 0) return order;
  }
  return 0;
}

/** All ways to satisfy the conditions one after the other. */
function solve(conditions: readonly Condition[], begin: Solution, facts: readonly Fact[]): Solution[] {
  let solutions = [begin];
  for (const condition of conditions)
    solutions = solutions.flatMap((solution) => satisfy(condition, solution, facts));
  return solutions;
}

function satisfy(condition: Condition, given: Solution, facts: readonly Fact[]): Solution[] {
  const inside = (conditions: readonly Condition[]): Solution[] => solve(conditions, given, facts);
  const absent = (isSo: boolean): Solution[] =>
    isSo ? [{ bindings: given.bindings, facts: [...given.facts, null] }] : [];
  switch (condition.kind) {
    case 'pattern':
      return facts.flatMap((fact) => extend(given, fact, condition));
    case 'best':
      return best(condition, given, facts);
    case 'test':
      return evaluate(condition.expression, given.bindings) === FALSE ? [] : [given];
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
      return absent(inside([condition.each]).every((each) => solve(condition.also, each, facts).length > 0));
    default:
      return unreachable(condition);
  }
}

const extend = (given: Solution, fact: Fact, pattern: Pattern): Solution[] =>
  matches(pattern, fact, given.bindings).map((bindings) => ({ bindings, facts: [...given.facts, fact] }));

function best(condition: Best, given: Solution, facts: readonly Fact[]): Solution[] {
  const candidates = facts.flatMap((fact) =>
    extend(given, fact, condition.pattern).map((solution) => ({
      fact,
      solution,
      worth: condition.criteria.map(({ by }) => evaluate(by, solution.bindings)),
    })),
  );
  const [winner] = candidates.toSorted((a, b) => {
    for (const [at, { order }] of condition.criteria.entries()) {
      const compared = compareValues(a.worth[at] as Value, b.worth[at] as Value);
      if (compared !== 0) return order === 'minimize' ? compared : -compared;
    }
    return compareFacts(a.fact, b.fact);
  });
  return winner === undefined ? [] : [winner.solution];
}

/** All ways in which a fact matches a pattern, as bindings. */
function matches(pattern: Pattern, fact: Fact, bindings: Bindings): Bindings[] {
  if (fact.template.name !== pattern.template) return [];
  let layouts: (readonly (readonly [FieldPattern, Value])[])[] = [[]];
  for (const { slot, fields } of pattern.slots) {
    const value = fact.slots[slot] as Value;
    const isMulti = fact.template.slots.find((each) => each.name === slot)?.multi ?? false;
    const ways = isMulti
      ? layOut(fields, value as readonly Field[])
      : [[[fields[0], value] as [FieldPattern, Value]]];
    layouts = layouts.flatMap((layout) => ways.map((way) => layout.concat(way)));
  }
  return layouts.flatMap((layout) => {
    const bound = new Map(bindings);
    if (pattern.address !== null && !bound.has(pattern.address))
      bound.set(pattern.address, new FactAddress(fact.index));
    for (const [field, value] of layout) {
      const name = binder(field);
      if (name !== null && !bound.has(name)) bound.set(name, value);
    }
    return layout.every(([field, value]) => fits(field, value, bound)) ? [bound] : [];
  });
}

/** All ways to lay a sequence of field patterns over the fields of a multislot, the shortest first segment first. */
function layOut(
  patterns: readonly FieldPattern[],
  fields: readonly Field[],
): (readonly (readonly [FieldPattern, Value])[])[] {
  const [first, ...others] = patterns;
  if (first === undefined) return fields.length === 0 ? [[]] : [];
  const lengths = first.multi ? Array.from({ length: fields.length + 1 }, (_, length) => length) : [1];
  return lengths.flatMap((length) => {
    if (length > fields.length) return [];
    const value = first.multi ? fields.slice(0, length) : (fields[0] as Field);
    return layOut(others, fields.slice(length)).map((rest) => [laid(first, value)].concat(rest));
  });
}

const laid = (pattern: FieldPattern, value: Value): readonly [FieldPattern, Value] => [pattern, value];

/** The variable that stands for the whole field: `?x`, or `?x&…` with or without alternatives behind. */
function binder(field: FieldPattern): string | null {
  const [terms] = field.alternatives;
  const first = terms?.[0];
  if (terms === undefined || first?.kind !== 'variable' || first.negated) return null;
  return field.alternatives.length === 1 || terms.length > 1 ? first.name : null;
}

function fits(field: FieldPattern, value: Value, bindings: Bindings): boolean {
  if (field.alternatives.length === 0) return true;
  const name = binder(field);
  if (name !== null && !sameValue(bindings.get(name) as Value, value)) return false;
  return field.alternatives.some((terms, at) =>
    (name !== null && at === 0 ? terms.slice(1) : terms).every((term) => holds(term, value, bindings)),
  );
}

function holds(term: Term, value: Value, bindings: Bindings): boolean {
  switch (term.kind) {
    case 'value':
      return sameValue(value, term.value) !== term.negated;
    case 'variable':
      return sameValue(value, bindings.get(term.name) as Value) !== term.negated;
    case 'predicate':
      return (evaluate(term.expression, bindings) !== FALSE) !== term.negated;
    case 'equal':
      return sameValue(value, evaluate(term.expression, bindings)) !== term.negated;
    default:
      return unreachable(term);
  }
}

function evaluate(expression: Expression, bindings: Bindings): Value {
  const scope = {
    read: (name: string) => () => bindings.get(name) as Value,
    local: refuse,
  };
  return compile(expression, scope, pureEnvironment)(new Frame());
}

function refuse(): never {
  throw new Error('the naive matcher evaluates pure functions only');
}

const pureEnvironment: Environment = {
  callable: (name) => {
    const found = builtins.get(name);
    if (found === undefined || found.purity !== 'pure') return undefined;
    const services = {
      get session(): never {
        return refuse();
      },
      write: refuse,
      call: refuse,
      now: refuse,
      counter: 0,
      seed: 0,
    };
    return { arity: found.arity, call: (values) => found.call(values, services) };
  },
  global: refuse,
  setGlobal: refuse,
  assertFact: refuse,
  alterFact: refuse,
  isMulti: refuse,
  factsOf: refuse,
  fact: refuse,
  step: () => undefined,
  enter: () => undefined,
  leave: () => undefined,
};
