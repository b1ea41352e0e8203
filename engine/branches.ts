import type { Best, Condition, Expression, Pattern } from './rule.ts';
import { unreachable } from './unreachable.ts';

/** A condition that is computed, or whose contrary has to be so. */
export interface Computed {
  readonly expression: Expression;
  readonly negated: boolean;
}

/**
 * A condition of one branch: `or` is multiplied out, `forall` and most of `exists` are written with `not`, and tests that
 * follow a pattern are part of it.
 * `shown`: it stands in the list of an activation's facts, as a fact or as an absence.
 */
export type Leaf = { readonly shown: boolean; readonly logical: boolean } & (
  | { readonly kind: 'pattern' | 'exists'; readonly pattern: Pattern; readonly tests: readonly Computed[] }
  | { readonly kind: 'best'; readonly best: Best }
  | { readonly kind: 'test'; readonly tests: readonly Computed[] }
  /** No match of these, or, when it is `present`, at least one. */
  | { readonly kind: 'not'; readonly of: readonly Leaf[]; readonly present: boolean }
);

/** All ways to satisfy the conditions, each a sequence without `or` (disjunctive normal form, as CLIPS splits rules). */
export function branchesOf(conditions: readonly Condition[]): readonly (readonly Leaf[])[] {
  let branches: (readonly Leaf[])[] = [[]];
  for (const condition of conditions) {
    const ways = waysOf(condition);
    branches = branches.flatMap((branch) => ways.map((way) => branch.concat(way)));
  }
  return branches.map(withTestsJoined);
}

const plain = { shown: true, logical: false };

function waysOf(condition: Condition): readonly (readonly Leaf[])[] {
  switch (condition.kind) {
    case 'pattern':
      return [[{ kind: 'pattern', pattern: condition, tests: [], ...plain }]];
    case 'best':
      return [[{ kind: 'best', best: condition, ...plain }]];
    case 'test': {
      const { expression } = condition;
      return [[{ kind: 'test', tests: [{ expression, negated: false }], shown: false, logical: false }]];
    }
    case 'and':
      return branchesOf(condition.of);
    case 'or':
      return condition.of.flatMap(waysOf);
    case 'logical':
      return branchesOf(condition.of).map((branch) => branch.map((leaf) => ({ ...leaf, logical: true })));
    case 'not':
      return [absenceOf(branchesOf(condition.of))];
    case 'exists':
      return [absenceOf([absenceOf(branchesOf(condition.of))])];
    case 'forall': {
      const missing = absenceOf(branchesOf(condition.also));
      return [absenceOf(branchesOf([condition.each]).map((each) => withTestsJoined([...each, ...missing])))];
    }
    default:
      return unreachable(condition);
  }
}

/** None of the ways is there: one `not` for each. */
const absenceOf = (ways: readonly (readonly Leaf[])[]): readonly Leaf[] =>
  withTestsJoined(ways.map(absenceOfWay));

/**
 * As CLIPS sees it, the absence of an absence is a presence, the absence of a presence is an absence again, and the absence of a
 * test is its contrary.
 */
function absenceOfWay(of: readonly Leaf[]): Leaf {
  const [only] = of;
  if (of.length === 1 && only?.kind === 'test' && only.tests.length === 1)
    return { ...only, tests: only.tests.map(contrary) };
  if (of.length === 1 && only?.kind === 'exists')
    return { kind: 'not', of: [{ ...only, kind: 'pattern' }], present: false, ...plain };
  if (of.length > 1 || only?.kind !== 'not') return { kind: 'not', of, present: false, ...plain };
  const [absent] = only.of;
  if (only.of.length === 1 && absent?.kind === 'pattern') return { ...absent, kind: 'exists', ...plain };
  return { ...only, present: !only.present };
}

const contrary = ({ expression, negated }: Computed): Computed => ({ expression, negated: !negated });

/** Makes tests part of the pattern, or of the test, that they follow. */
function withTestsJoined(leaves: readonly Leaf[]): readonly Leaf[] {
  const joined: Leaf[] = [];
  for (const leaf of leaves) {
    const last = joined.at(-1);
    if (leaf.kind === 'test' && (last?.kind === 'pattern' || last?.kind === 'test'))
      joined[joined.length - 1] = { ...last, tests: [...last.tests, ...leaf.tests] };
    else joined.push(leaf);
  }
  return joined;
}
