import type { Environment, Evaluate, Frame, Scope } from './frame.ts';
import { RuleError } from './functions/builtin.ts';
import type { FactQuery } from './rule.ts';
import { unreachable } from './unreachable.ts';
import { FactAddress, FALSE, TRUE, type Field, type Value } from './value.ts';
import type { Fact } from './world.ts';

/** The variables of a query, as its test and its actions see them: `?f` is a fact's address, `?f:slot` a slot of it. */
export class QueryScope implements Scope {
  readonly #outer: Scope;
  readonly #names: readonly string[];
  readonly #environment: Environment;
  /** The set of facts that is looked at now. */
  bound: Fact[] = [];

  constructor(outer: Scope, query: FactQuery, environment: Environment) {
    this.#outer = outer;
    this.#names = query.members.map(({ variable }) => variable);
    this.#environment = environment;
  }

  read(name: string): Evaluate | null {
    const at = this.#names.indexOf(name);
    if (at >= 0) return () => new FactAddress((this.bound[at] as Fact).index);
    const colon = name.indexOf(':');
    const member = this.#names.indexOf(name.slice(0, colon));
    if (colon < 0 || member < 0) return this.#outer.read(name);
    const slot = name.slice(colon + 1);
    return () => this.#slotOf(this.bound[member] as Fact, slot);
  }

  local(name: string): number {
    return this.#outer.local(name);
  }

  #slotOf({ index, template }: Fact, slot: string): Value {
    const fact = this.#environment.fact(index);
    if (fact === undefined) throw new RuleError('the fact of a query is gone');
    const value = Object.hasOwn(fact.slots, slot) ? fact.slots[slot] : undefined;
    if (value === undefined) throw new RuleError(`template \`${template.name}\` has no slot \`${slot}\``);
    return value;
  }
}

/**
 * Runs a query. Facts that come while it runs are looked at too, those that go are not; `delayed-do-for-all-facts` finds all
 * sets before it does anything with them.
 */
export function queryOf(
  query: FactQuery,
  scope: QueryScope,
  test: Evaluate,
  body: Evaluate,
  environment: Environment,
): Evaluate {
  const run = runOf(query, scope, test, body, environment);
  return (frame) => {
    // A function that calls itself from within its query comes back to this one.
    const outside = scope.bound;
    scope.bound = [];
    try {
      return run(frame);
    } finally {
      scope.bound = outside;
    }
  };
}

function runOf(
  query: FactQuery,
  scope: QueryScope,
  test: Evaluate,
  body: Evaluate,
  environment: Environment,
): Evaluate {
  const passes = (frame: Frame): boolean => test(frame) !== FALSE;
  const each = (frame: Frame, visit: () => boolean): boolean =>
    through(query, scope, environment, 0, () => passes(frame) && visit());
  const addresses = (): Field[] => scope.bound.map(({ index }) => new FactAddress(index));
  switch (query.word) {
    case 'any-factp':
      return (frame) => (each(frame, () => true) ? TRUE : FALSE);
    case 'find-fact':
      return (frame) => {
        let found: Field[] = [];
        each(frame, () => {
          found = addresses();
          return true;
        });
        return found;
      };
    case 'find-all-facts':
      return (frame) => {
        const found: Field[] = [];
        each(frame, () => {
          found.push(...addresses());
          return false;
        });
        return found;
      };
    case 'do-for-fact':
    case 'do-for-all-facts':
      return (frame) => {
        let value: Value = FALSE;
        each(frame, () => {
          value = body(frame);
          return frame.signal !== 'none' || query.word === 'do-for-fact';
        });
        return ended(frame, value);
      };
    case 'delayed-do-for-all-facts':
      return (frame) => {
        const sets: (readonly Fact[])[] = [];
        each(frame, () => {
          sets.push(scope.bound.slice());
          return false;
        });
        let value: Value = FALSE;
        for (const set of sets) {
          scope.bound = set.slice();
          environment.step();
          value = body(frame);
          if (frame.signal !== 'none') break;
        }
        return ended(frame, value);
      };
    default:
      return unreachable(query.word);
  }
}

/** `break` ends the query, `return` everything around it too. */
function ended(frame: Frame, value: Value): Value {
  if (frame.signal !== 'break') return value;
  frame.signal = 'none';
  return FALSE;
}

/** Walks all sets of facts from one member on; `visit` answers true when no further one is wanted. */
function through(
  query: FactQuery,
  scope: QueryScope,
  environment: Environment,
  member: number,
  visit: () => boolean,
): boolean {
  const { templates = [] } = query.members[member] ?? {};
  if (member === query.members.length) {
    environment.step();
    return visit();
  }
  for (const template of templates) {
    let last = -1;
    // Facts are made in the order of their indexes: what came meanwhile stands behind the last one.
    for (;;) {
      const facts = environment.factsOf(template).filter(({ index }) => index > last);
      if (facts.length === 0) break;
      for (const fact of facts) {
        last = fact.index;
        if (environment.fact(fact.index) === undefined) continue;
        scope.bound[member] = fact;
        if (through(query, scope, environment, member + 1, visit)) return true;
      }
    }
  }
  return false;
}
