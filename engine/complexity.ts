import { isDeepStrictEqual } from 'node:util';
import { isSingle, type BranchPlan, type LevelPlan, type Test } from './plan.ts';
import type { Expression } from './rule.ts';
import { unreachable } from './unreachable.ts';

const known = new WeakMap<BranchPlan, number>();

/** How much a branch of a rule tests, as the strategies `simplicity` and `complexity` count it. */
export function complexityOf(branch: BranchPlan): number {
  const found = known.get(branch);
  if (found !== undefined) return found;
  const counted = ofLevels(branch.levels);
  known.set(branch, counted);
  return counted;
}

/**
 * CLIPS 6.30 does not count a test behind a single absence or presence, which it keeps in another place of their join; behind a group a
 * test is a join of its own, and counts as one more.
 */
function ofLevels(levels: readonly LevelPlan[]): number {
  return sum([...levels.entries()], ([at, level]) => {
    const before = levels[at - 1];
    if (level.kind !== 'test' || before === undefined) return ofLevel(level);
    if (isSingle(before)) return 0;
    return ofLevel(level) + (before.kind === 'group' ? 1 : 0);
  });
}

function ofLevel(level: LevelPlan): number {
  switch (level.kind) {
    case 'test':
      // Tests with which a rule begins are a condition of their own.
      return (level.shown ? 1 : 0) + sum(level.tests, ofTest);
    case 'group':
      return ofLevels(level.inner);
    case 'join':
    case 'not':
    case 'exists':
    case 'best':
      return (
        1 +
        sum(level.pattern.sequences, ({ fields }) => sum(fields, ({ constants }) => constants.length)) +
        sum(level.pattern.tests, ofTest) +
        level.equalities.length +
        sum(level.tests, ofTest)
      );
    default:
      return unreachable(level);
  }
}

function ofTest(test: Test): number {
  switch (test.kind) {
    case 'same':
      // The variable that leads every alternative of `?x&1|2` is not compared with itself.
      return isDeepStrictEqual(test.a, test.b) ? 0 : 1;
    case 'is':
    case 'equals':
      return 1;
    case 'holds':
      return ofExpression(test.expression);
    case 'any':
      return sum(test.of.flat(), ofTest);
    default:
      return unreachable(test);
  }
}

function ofExpression(expression: Expression): number {
  if (expression.kind !== 'call') return 0;
  // Logical combinations count what they combine, other calls one, whatever they are given.
  return ['and', 'or', 'not'].includes(expression.name) ? sum(expression.arguments, ofExpression) : 1;
}

const sum = <T>(each: readonly T[], of: (one: T) => number): number =>
  each.reduce((total, one) => total + of(one), 0);
