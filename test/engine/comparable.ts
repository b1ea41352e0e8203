import { placesLookedAt, planOf, type BranchPlan, type LevelPlan, type Ref } from '../../engine/plan.ts';
import { ruleOf, templates, type Draw, type RuleDraw } from './draw.ts';

/** Whether CLIPS 6.30 takes a random rule as we do. It has no word for `best`, and gets some other things wrong. */
export const isComparable = (draw: RuleDraw): boolean =>
  draw.when.every(hasWord) &&
  planOf(ruleOf(draw, 0), shapes).every(
    (branch) =>
      !comparesOnce(branch.levels, [], new Map(), new Map()) &&
      !losesTest(branch.levels) &&
      !miscountsLogical(branch),
  );

const hasWord = (draw: Draw): boolean =>
  draw.kind !== 'best' && (!('inner' in draw) || draw.inner.every(hasWord));

/**
 * Whether 6.30 may go wrong when one of these rules comes after its facts: it does not match them in a group all of whose
 * conditions an older rule has too, in the same place, and it forgets the test of an absence with which a rule begins.
 */
export function mayComeTooLate(draws: readonly RuleDraw[]): boolean {
  const plans = draws.map((draw) => planOf(ruleOf(draw, 0), shapes));
  if (plans.flat().some(({ levels }) => beginsWithTestedAbsence(levels))) return true;
  const rules = plans.map((branches) => branches.map(({ levels }) => pathsOf(levels, '')));
  const all = rules.map((branches) => new Set(branches.flatMap(({ nodes }) => nodes)));
  return rules.some((branches, at) =>
    branches
      .flatMap(({ ends }) => ends)
      .some((end) => all.some((nodes, other) => other !== at && nodes.has(end))),
  );
}

const beginsWithTestedAbsence = ([first]: readonly LevelPlan[]): boolean =>
  (first?.kind === 'not' && first.tests.length > 0) ||
  (first?.kind === 'group' && beginsWithTestedAbsence(first.inner));

/** Names of all nodes that levels come to, by the way there, and of those at which the conditions of a group end. */
function pathsOf(
  levels: readonly LevelPlan[],
  from: string,
): { readonly nodes: readonly string[]; readonly ends: readonly string[] } {
  const nodes: string[] = [];
  const ends: string[] = [];
  let path = from;
  for (const level of levels) {
    if (level.kind === 'group') {
      const inside = pathsOf(level.inner, path);
      nodes.push(...inside.nodes);
      ends.push(...inside.ends, inside.nodes.at(-1) ?? path);
    }
    path += `/${level.text}`;
    nodes.push(path);
  }
  return { nodes, ends };
}

const shapes = {
  slotAt: (template: string, slot: string) => slotsOf(template).findIndex(({ name }) => name === slot),
  isMulti: (template: string, slot: string) =>
    slotsOf(template).some(({ name, multi }) => name === slot && multi),
};
const slotsOf = (template: string): (typeof templates)[number]['slots'] =>
  templates.find(({ name }) => name === template)?.slots ?? [];

/**
 * 6.30 compares a variable from outside in the first group that names it, and forgets to do so in those that name it later: with
 * `(a ?x) (not (and (b ?x) (c ?x))) (not (and (d ?x) (e ?x)))` it takes any `d` and `e` for every `a`.
 * `groups`: those around the levels, by where they stand. `compared`: in which groups a variable from outside is compared. `latest`:
 * where a variable was named last, which is where CLIPS looks for it.
 */
function comparesOnce(
  levels: readonly LevelPlan[],
  groups: readonly { readonly level: number; readonly id: object }[],
  compared: Map<string, ReadonlySet<object>>,
  latest: Map<string, Ref>,
): boolean {
  for (const level of levels) {
    if (level.kind === 'group') {
      const inside = [...groups, { level: level.level, id: level }];
      if (comparesOnce(level.inner, inside, compared, new Map(latest))) return true;
      continue;
    }
    for (const place of placesLookedAt(level)) {
      const at = latest.get(keyOf(place)) ?? place;
      const around = groups.filter((group) => at.level < group.level).map(({ id }) => id);
      if (around.length === 0) continue;
      const before = compared.get(keyOf(at));
      if (before === undefined) compared.set(keyOf(at), new Set(around));
      else if (!around.every((id) => before.has(id))) return true;
    }
    if (level.kind === 'join')
      for (const { own, earlier } of level.equalities) latest.set(keyOf(earlier), own);
  }
  return false;
}

/** Within groups 6.30 loses a test with which a group begins, and one behind another group. */
const losesTest = (levels: readonly LevelPlan[], isInside = false): boolean =>
  levels.some((level, at) => {
    if (level.kind === 'group') return losesTest(level.inner, true);
    return isInside && level.kind === 'test' && (at === 0 || levels[at - 1]?.kind === 'group');
  });

/** 6.30 counts `logical` conditions without the test that they begin with, and without groups that end in one. */
const miscountsLogical = ({ levels, logical }: BranchPlan): boolean =>
  (logical > 1 && levels[0]?.kind === 'test') ||
  levels.slice(0, logical).some((level) => level.kind === 'group' && endsInTest(level));

const endsInTest = (level: LevelPlan | undefined): boolean =>
  level?.kind === 'test' || (level?.kind === 'group' && endsInTest(level.inner.at(-1)));

const keyOf = ({ level, from, at }: Ref): string => `${level} ${from} ${at}`;
