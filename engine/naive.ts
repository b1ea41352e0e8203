import type { Environment } from './frame.ts';
import { builtins } from './functions/index.ts';
import { compareFacts, Matching } from './matching.ts';
import type { Rule } from './rule.ts';
import type { Fact } from './world.ts';

/** One match of a rule, as the naive matcher finds it. */
export interface NaiveMatch {
  readonly rule: Rule;
  readonly facts: readonly (Fact | null)[];
}

/**
 * The obviously right matcher: tries all facts for all conditions, remembers nothing. All matches of all rules, each rule's
 * in canonical order of the facts. It knows the pure functions of the language only, and meets no errors.
 */
export function matchNaively(rules: readonly Rule[], facts: readonly Fact[]): NaiveMatch[] {
  const matching = new Matching(() => facts, pureEnvironment);
  return rules.flatMap((rule) =>
    matching
      .solve(rule.when, { bindings: new Map(), facts: [] })
      .map((solution) => ({ rule, facts: solution.facts }))
      .toSorted((a, b) => compareMatches(a.facts, b.facts)),
  );
}

/** Negative: `a` comes first in canonical order. An absence comes before a fact. */
export function compareMatches(a: readonly (Fact | null)[], b: readonly (Fact | null)[]): number {
  for (let at = 0; at < a.length; at += 1) {
    const order = compareFacts(a[at] ?? null, b[at] ?? null);
    if (order !== 0) return order;
  }
  return a.length - b.length;
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
      find: refuse,
      now: refuse,
      counter: 0,
      seed: 0,
      dividesAsFloats: true,
    };
    return { arity: found.arity, call: (values) => found.call(values, services) };
  },
  global: refuse,
  setGlobal: refuse,
  resetGlobal: refuse,
  assertFact: refuse,
  alterFact: refuse,
  isMulti: refuse,
  factsOf: refuse,
  fact: refuse,
  now: refuse,
  step: () => undefined,
  enter: () => undefined,
  leave: () => undefined,
};
