import { planOf, type LevelPlan, type Shapes } from '../engine/plan.ts';
import type { Rule } from '../engine/rule.ts';

/**
 * Which joins of a rule are new (`+j`) and which are shared with rules that stand (`=j`), branch by branch, as CLIPS 6.30 tells it
 * when it loads. Two rules share a join when they ask the same for all conditions up to it; the last join of each is its own.
 */
export function joinsShown(rule: Rule, standing: readonly Rule[], shapes: Shapes): string {
  const known = new Set(standing.flatMap((each) => (each === rule ? [] : prefixesOf(each, shapes).flat())));
  const lines = prefixesOf(rule, shapes).map((prefixes) => {
    // Rules without any condition hang on one join that is told when it is made only.
    const marks = prefixes.map((prefix) => (known.has(prefix) ? (prefix === '' ? '' : '=j') : '+j')).join('');
    for (const prefix of prefixes) known.add(prefix);
    return `${marks}+j`;
  });
  return lines.join('\n');
}

const remembered = new WeakMap<Rule, readonly (readonly string[])[]>();

/** For each branch of a rule, the text of its conditions up to each join. */
function prefixesOf(rule: Rule, shapes: Shapes): readonly (readonly string[])[] {
  const found =
    remembered.get(rule) ??
    planOf(rule, shapes).map(({ levels }) => {
      // Which fields of a sequence are kept for later makes no difference here.
      const joins =
        levels.length === 0 ? [''] : joinsOf(levels).map((text) => text.replaceAll(/\?\d+/g, '?'));
      return joins.map((_, at) => joins.slice(0, at + 1).join(' '));
    });
  remembered.set(rule, found);
  return found;
}

function joinsOf(levels: readonly LevelPlan[]): string[] {
  const joins: string[] = [];
  for (const level of levels) {
    if (level.kind === 'group') joins.push(...groupJoins(level, joins));
    else if (level.kind === 'test') joins.push(withTest(level.text, joins));
    else joins.push(level.text);
  }
  return joins;
}

/** A test belongs to the join before it. */
const withTest = (text: string, joins: string[]): string => `${joins.pop() ?? ''} ${text}`;

/** A group of one condition is one join; of several, a join for each and one more; an absence of an absence adds nothing. */
function groupJoins(
  { inner, text, present }: Extract<LevelPlan, { kind: 'group' }>,
  joins: string[],
): string[] {
  if (inner.every(({ kind }) => kind === 'test')) return [withTest(text, joins)];
  const inside = joinsOf(inner);
  const word = present ? 'present' : 'not';
  if (inside.length === 1) return [`${word} ${inside[0] ?? ''}`];
  return inner.length === 1 ? inside : [...inside, word];
}
