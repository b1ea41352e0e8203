import { placesLookedAt, planOf, type LevelPlan, type Ref } from '../../engine/plan.ts';
import { ruleOf, templates, type Draw, type RuleDraw } from './draw.ts';

/** Whether CLIPS 6.30 takes a random rule as we do: see `hasWord` and `isMisread` for what it does not. */
export const isComparable = (draw: RuleDraw): boolean =>
  draw.when.every((each) => hasWord(each)) && !isMisread(draw);

/** CLIPS has no word for `best`, and 6.30 is known to see tests inside groups otherwise. */
function hasWord(draw: Draw, depth = 0): boolean {
  if (draw.kind === 'best') return false;
  if (draw.kind === 'test') return depth === 0;
  return !('inner' in draw) || draw.inner.every((each) => hasWord(each, depth + 1));
}

/**
 * 6.30 compares a variable from outside in the first group that names it, and forgets to do so in those that name it later: with
 * `(a ?x) (not (and (b ?x) (c ?x))) (not (and (d ?x) (e ?x)))` it takes any `d` and `e` for every `a`.
 */
function isMisread(draw: RuleDraw): boolean {
  const branches = planOf(ruleOf(draw, 0), shapes);
  return branches.some(({ levels }) => forgets(levels, [], new Map(), new Map()));
}

/**
 * Whether 6.30 may overlook facts when one of these rules comes after them: it does not match them in a group all of whose
 * conditions an older rule has too, in the same place.
 */
export function mayBeOverlooked(draws: readonly RuleDraw[]): boolean {
  const rules = draws.map((draw) => planOf(ruleOf(draw, 0), shapes).map(({ levels }) => pathsOf(levels, '')));
  const all = rules.map((branches) => new Set(branches.flatMap(({ nodes }) => nodes)));
  return rules.some((branches, at) =>
    branches
      .flatMap(({ ends }) => ends)
      .some((end) => all.some((nodes, other) => other !== at && nodes.has(end))),
  );
}

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
 * `groups`: those around the levels, by where they stand. `compared`: in which groups a variable from outside is compared. `latest`:
 * where a variable was named last, which is where CLIPS looks for it.
 */
function forgets(
  levels: readonly LevelPlan[],
  groups: readonly { readonly level: number; readonly id: object }[],
  compared: Map<string, ReadonlySet<object>>,
  latest: Map<string, Ref>,
): boolean {
  for (const level of levels) {
    if (level.kind === 'group') {
      const inside = [...groups, { level: level.level, id: level }];
      if (forgets(level.inner, inside, compared, new Map(latest))) return true;
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

const keyOf = ({ level, from, at }: Ref): string => `${level} ${from} ${at}`;
