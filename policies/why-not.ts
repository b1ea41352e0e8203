import type { Rule } from '../engine/rule.ts';
import type { Session } from '../engine/session.ts';
import { variablesOf } from '../engine/plan-tests.ts';
import type { WhyNot } from '../engine/why-not.ts';

/**
 * Why a rule does not fire for something: `about` are the names under which rules may know it, of a host its name, of a machine its id and that of its
 * lease. Which of the rule's variables stands for it is found by trying: the answer is that in which the rule got furthest. With none
 * it is asked of everything. Null: there is no such rule.
 */
export function whyNotAbout(session: Session, name: string, about: readonly string[]): WhyNot | null {
  const rule = session.rule(name);
  if (rule === undefined) return null;
  const answers = variablesIn(rule).flatMap((variable) =>
    about.flatMap((value) => session.whyNot(name, { [variable]: value }) ?? []),
  );
  const [best] = answers.toSorted((a, b) => closeness(b) - closeness(a));
  return best ?? session.whyNot(name) ?? null;
}

/** The variables of all conditions: in a pattern they stand as they do in an expression. */
function variablesIn({ when }: Rule): readonly string[] {
  return [...new Set(variablesOf(when))];
}

/** More for what got further, and for what stopped at the thing itself rather than at another one. */
function closeness({ matches, ways: [way] }: WhyNot): number {
  if (matches.length > 0) return 3;
  if (way === undefined) return -1;
  const share = way.reached / way.conditions.length;
  return way.failed?.reason === 'bound-otherwise' ? share - 1 : share + 1;
}
