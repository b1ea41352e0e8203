import { matchNaively } from '../engine/naive.ts';
import type { Condition, Rule } from '../engine/rule.ts';
import type { Fact, Firing, Session } from '../engine/session.ts';

/** So many runners-up are named. */
const RIVALS_MAX = 3;
/** Where more facts than this compete none is named: looking at all of them again would cost more than deciding did. */
const COMPETITORS_MAX = 200;

/**
 * Which facts the `best` of a firing beat, the next best first; none for a rule without `best`. `session` is where it
 * fires. Told is what pure functions of the language can tell: a `best` that asks for more names none.
 */
export function rivalsOf({ rule, facts: all }: Firing, session: Pick<Session, 'countOf' | 'facts'>): Fact[] {
  const when = upToBest(rule.when);
  const best = when.at(-1);
  if (best?.kind !== 'best' || when.some((condition) => asksFor(best.pattern.template, condition))) return [];
  const matched = all.filter((fact): fact is Fact => fact !== null);
  if (session.countOf(best.pattern.template) > COMPETITORS_MAX) return [];
  let competing = [...session.facts(best.pattern.template)];
  const contest: Rule = { ...rule, when };
  const others = matched.filter(({ template }) => template !== competing[0]?.template);
  const ranked: Fact[] = [];
  // The winner first, then whoever wins without those before.
  while (ranked.length <= RIVALS_MAX) {
    const winner = winnerOf(contest, [...others, ...competing]);
    if (winner === null) break;
    ranked.push(winner);
    competing = competing.filter(({ index }) => index !== winner.index);
  }
  const [first, ...rivals] = ranked;
  return matched.some(({ index }) => index === first?.index) ? rivals : [];
}

/** The fact that `best` binds, when only these stand. */
function winnerOf(contest: Rule, standing: readonly Fact[]): Fact | null {
  try {
    const [match] = matchNaively([contest], standing);
    return match?.facts.at(-1) ?? null;
  } catch {
    // It asks for something that only the session knows.
    return null;
  }
}

/** Whether a condition matches facts of a template other than by `best`: then who competes for what is not said by facts alone. */
function asksFor(template: string, condition: Condition): boolean {
  if (condition.kind === 'pattern') return condition.template === template;
  return 'of' in condition && condition.of.some((inner) => asksFor(template, inner));
}

/** The conditions up to the first `best` that bind something: what has to be absent, or just to exist, was so already. */
function upToBest(when: readonly Condition[]): readonly Condition[] {
  const kept: Condition[] = [];
  for (const condition of when) {
    if (condition.kind === 'not' || condition.kind === 'exists' || condition.kind === 'forall') continue;
    kept.push(condition);
    if (condition.kind === 'best') break;
  }
  return kept;
}
