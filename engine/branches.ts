import type { Best, Condition, Expression, Pattern } from './rule.ts';
import { unreachable } from './unreachable.ts';

/**
 * A condition of one branch: `or` is multiplied out, `forall` and most of `exists` are written with `not`.
 * `shown`: it stands in the list of an activation's facts, as a fact or as an absence.
 */
export type Leaf = { readonly shown: boolean; readonly logical: boolean } & (
  | { readonly kind: 'pattern'; readonly pattern: Pattern }
  | { readonly kind: 'best'; readonly best: Best }
  | { readonly kind: 'test'; readonly expression: Expression; readonly afterJoin: boolean }
  | { readonly kind: 'exists'; readonly pattern: Pattern }
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

function waysOf(condition: Condition): readonly (readonly Leaf[])[] {
  const plain = { shown: true, logical: false };
  switch (condition.kind) {
    case 'pattern':
      return [[{ kind: 'pattern', pattern: condition, ...plain }]];
    case 'best':
      return [[{ kind: 'best', best: condition, ...plain }]];
    case 'test':
      return [
        [{ kind: 'test', expression: condition.expression, afterJoin: false, shown: false, logical: false }],
      ];
    case 'and':
      return branchesOf(condition.of);
    case 'or':
      return condition.of.flatMap(waysOf);
    case 'logical':
      return branchesOf(condition.of).map((branch) => branch.map((leaf) => ({ ...leaf, logical: true })));
    case 'not':
      return [absenceOf(branchesOf(condition.of))];
    case 'exists': {
      const inner = branchesOf(condition.of);
      const only = inner.length === 1 ? inner[0]?.[0] : undefined;
      if (inner[0]?.length === 1 && (only?.kind === 'pattern' || only?.kind === 'exists'))
        return [[{ kind: 'exists', pattern: only.pattern, ...plain }]];
      return [absenceOf([absenceOf(inner)])];
    }
    case 'forall': {
      const missing = absenceOf(branchesOf(condition.also));
      return [absenceOf(branchesOf([condition.each]).map((each) => withTestsJoined([...each, ...missing])))];
    }
    default:
      return unreachable(condition);
  }
}

/** None of the ways is there: one `not` for each. */
const absenceOf = (ways: readonly (readonly Leaf[])[]): readonly Leaf[] => ways.map(absenceOfWay);

/** The absence of an absence is a presence, and CLIPS matches it as one; the absence of a presence is an absence again. */
function absenceOfWay(of: readonly Leaf[]): Leaf {
  const plain = { shown: true, logical: false };
  const [only] = of;
  if (of.length === 1 && only?.kind === 'exists')
    return {
      kind: 'not',
      of: [{ kind: 'pattern', pattern: only.pattern, ...plain }],
      present: false,
      ...plain,
    };
  if (of.length > 1 || only?.kind !== 'not') return { kind: 'not', of, present: false, ...plain };
  const [absent] = only.of;
  if (only.of.length === 1 && absent?.kind === 'pattern')
    return { kind: 'exists', pattern: absent.pattern, ...plain };
  return { ...only, present: !only.present };
}

/** Marks the tests that follow a pattern: they are part of its join. */
function withTestsJoined(leaves: readonly Leaf[]): readonly Leaf[] {
  let joined = false;
  return leaves.map((leaf) => {
    joined = leaf.kind === 'pattern' || (leaf.kind === 'test' && joined);
    return leaf.kind === 'test' ? { ...leaf, afterJoin: joined } : leaf;
  });
}
