import type { BranchPlan, LevelPlan, Test } from './plan.ts';
import type { Expression } from './rule.ts';
import { unreachable } from './unreachable.ts';

const known = new WeakMap<BranchPlan, number>();

/** How much a branch of a rule tests, as the strategies `simplicity` and `complexity` count it. */
export function complexityOf(branch: BranchPlan): number {
  const found = known.get(branch);
  if (found !== undefined) return found;
  const counted = sum(branch.levels, ofLevel);
  known.set(branch, counted);
  return counted;
}

function ofLevel(level: LevelPlan): number {
  switch (level.kind) {
    case 'test':
      return sum(level.tests, ofTest);
    case 'group':
      return 1 + sum(level.inner, ofLevel);
    case 'join':
    case 'not':
    case 'exists':
    case 'best':
      return 1 + level.equalities.length + sum(level.pattern.tests, ofTest) + sum(level.tests, ofTest);
    default:
      return unreachable(level);
  }
}

function ofTest(test: Test): number {
  switch (test.kind) {
    case 'is':
    case 'same':
      return 1;
    case 'holds':
      return ofExpression(test.expression);
    case 'equals':
      return 1 + ofExpression(test.expression);
    case 'any':
      return sum(test.of.flat(), ofTest);
    default:
      return unreachable(test);
  }
}

function ofExpression(expression: Expression): number {
  if (expression.kind !== 'call') return 0;
  const inside = sum(expression.arguments, ofExpression);
  // Logical combinations do not add to the complexity.
  return ['and', 'or', 'not'].includes(expression.name) ? inside : 1 + inside;
}

const sum = <T>(each: readonly T[], of: (one: T) => number): number =>
  each.reduce((total, one) => total + of(one), 0);
