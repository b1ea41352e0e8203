import type { JoinPlan, Ref, Test, Variables } from './plan.ts';
import type { Expression, Term } from './rule.ts';
import { unreachable } from './unreachable.ts';

// From the terms of a field to tests of a match.

/** The variable that stands for the whole field: the first term, plain, and nothing else or joined by `&`. */
export function binderOf(alternatives: readonly (readonly Term[])[]): string | null {
  const [terms] = alternatives;
  const [first] = terms ?? [];
  if (terms === undefined || first?.kind !== 'variable' || first.negated) return null;
  return alternatives.length === 1 || terms.length > 1 ? first.name : null;
}

export function withoutBinder(alternatives: readonly (readonly Term[])[]): readonly (readonly Term[])[] {
  const [terms, ...others] = alternatives;
  const rest = (terms ?? []).slice(1);
  return rest.length === 0 ? others : [rest, ...others];
}

/** `named`: where this pattern, or one before it, has named a variable last. */
export function bindOrCompare(
  ref: Ref,
  name: string,
  variables: Map<string, Ref>,
  named: Map<string, Ref>,
  tests: Test[],
): void {
  const bound = named.get(name);
  if (bound === undefined) variables.set(name, ref);
  else tests.push(sameTest(ref, bound, false));
  named.set(name, ref);
}

export function testsOf(ref: Ref, alternatives: readonly (readonly Term[])[], variables: Variables): Test[] {
  const [terms] = alternatives;
  if (terms === undefined) return [];
  if (alternatives.length === 1) return terms.map((term) => termTest(ref, term, variables));
  const of = alternatives.map((each) => each.map((term) => termTest(ref, term, variables)));
  return [{ kind: 'any', at: ref, of }];
}

function termTest(ref: Ref, term: Term, variables: Variables): Test {
  const { negated } = term;
  switch (term.kind) {
    case 'value':
      return { kind: 'is', ref, value: term.value, negated };
    case 'variable': {
      // A plain variable that nothing else has bound binds here too: `?x|…` is refused by the checker.
      const bound = variables.get(term.name);
      if (bound === undefined) throw new TypeError(`variable \`?${term.name}\` is not bound here`);
      return sameTest(ref, bound, negated);
    }
    case 'predicate':
      return holdsTest(ref, term.expression, variables, negated);
    case 'equal':
      return { kind: 'equals', ref, expression: term.expression, variables, negated };
    default:
      return unreachable(term);
  }
}

const sameTest = (a: Ref, b: Ref, negated: boolean): Test => ({ kind: 'same', a, b, negated });

export const holdsTest = (
  at: Ref | null,
  expression: Expression,
  variables: Variables,
  negated: boolean,
): Test => ({
  kind: 'holds',
  at,
  expression,
  variables,
  negated,
});

/** Whether a test looks at nothing but the fact of its own level. */
export function isAbout(test: Test, level: number): boolean {
  return refsOf(test).every((ref) => ref.level === level);
}

export function refsOf(test: Test): readonly Ref[] {
  switch (test.kind) {
    case 'is':
      return [test.ref];
    case 'same':
      return [test.a, test.b];
    case 'holds':
      return expressionRefs(test.expression, test.variables);
    case 'equals':
      return [test.ref, ...expressionRefs(test.expression, test.variables)];
    case 'any':
      return test.of.flat().flatMap(refsOf);
    default:
      return unreachable(test);
  }
}

/** A test that both memories can be hashed by. Addresses of facts are no atoms until somebody keeps them, so they can't. */
export function equalityOf(test: Test, level: number): JoinPlan['equalities'] {
  if (test.kind !== 'same' || test.negated || test.a.from === 'address' || test.b.from === 'address')
    return [];
  return test.a.level === level ? [{ own: test.a, earlier: test.b }] : [{ own: test.b, earlier: test.a }];
}

export function expressionRefs(expression: Expression, variables: Variables): readonly Ref[] {
  return variablesOf(expression).flatMap((name) => variables.get(name) ?? []);
}

/** All variables that stand in an expression, at any depth. */
export function variablesOf(expression: unknown): readonly string[] {
  if (Array.isArray(expression)) return expression.flatMap(variablesOf);
  if (typeof expression !== 'object' || expression === null) return [];
  const node = expression as Partial<Extract<Expression, { kind: 'variable' }>>;
  if (node.kind === 'variable' && node.name !== undefined) return [node.name];
  return Object.values(expression).flatMap(variablesOf);
}
