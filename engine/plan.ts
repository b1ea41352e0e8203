import { branchesOf, type Computed, type Leaf } from './branches.ts';
import { pathOf, type Step } from './pattern-path.ts';
import { fieldTests, placeNames, placesOf } from './plan-pattern.ts';
import {
  binderOf,
  bindOrCompare,
  equalityOf,
  expressionRefs,
  holdsTest,
  isAbout,
  refsOf,
  testsOf,
  withoutBinder,
} from './plan-tests.ts';
import { anywhere, expressionText, patternText, testText } from './plan-text.ts';
import type { Best, Expression, Pattern, Rule } from './rule.ts';
import type { Field } from './value.ts';
import { unreachable } from './unreachable.ts';

/** Where a variable's value stands in a match: in a slot or a captured part of the fact of one level, or the fact itself. */
export interface Ref {
  readonly level: number;
  readonly from: 'slot' | 'capture' | 'address';
  readonly at: number;
}

export type Variables = ReadonlyMap<string, Ref>;

/** Something that has to hold of a match. */
export type Test =
  | { readonly kind: 'is'; readonly ref: Ref; readonly value: Field; readonly negated: boolean }
  | { readonly kind: 'same'; readonly a: Ref; readonly b: Ref; readonly negated: boolean }
  | {
      readonly kind: 'holds';
      /** The field at which it was written; null: a condition of its own. */
      readonly at: Ref | null;
      readonly expression: Expression;
      readonly variables: Variables;
      readonly negated: boolean;
    }
  | {
      readonly kind: 'equals';
      readonly ref: Ref;
      readonly expression: Expression;
      readonly variables: Variables;
      readonly negated: boolean;
    }
  | { readonly kind: 'any'; readonly at: Ref; readonly of: readonly (readonly Test[])[] };

/** One field of a multislot's sequence: what it takes, where its value is captured, and which constants it has to be. */
export interface FieldShape {
  readonly multi: boolean;
  readonly capture: number | null;
  readonly constants: readonly { readonly value: Field; readonly negated: boolean }[];
}

/** What a pattern asks of a fact alone. */
export interface PatternPlan {
  readonly template: string;
  readonly sequences: readonly { readonly slot: number; readonly fields: readonly FieldShape[] }[];
  readonly captures: number;
  readonly tests: readonly Test[];
  /** Where it stands among the patterns of its template. */
  readonly path: readonly Step[];
  readonly text: string;
}

/** A pattern and what ties it to the match so far: equalities, which both memories are hashed by, and other tests. */
export interface JoinPlan {
  readonly kind: 'join' | 'not' | 'exists' | 'best';
  readonly level: number;
  readonly pattern: PatternPlan;
  readonly equalities: readonly { readonly own: Ref; readonly earlier: Ref }[];
  readonly tests: readonly Test[];
  readonly criteria: readonly { readonly order: 'maximize' | 'minimize'; readonly by: Expression }[];
  readonly variables: Variables;
  readonly shown: boolean;
  readonly text: string;
}

export interface TestPlan {
  readonly kind: 'test';
  readonly level: number;
  readonly tests: readonly Test[];
  readonly shown: boolean;
  readonly text: string;
}

/** `not` or `exists` over several conditions: no match of the levels inside goes on from the match so far, or at least one. */
export interface GroupPlan {
  readonly kind: 'group';
  /** At least one match of the levels inside has to be there, instead of none. */
  readonly present: boolean;
  readonly level: number;
  readonly inner: readonly LevelPlan[];
  /** The places before it that the levels inside look at: where they are equal, these have the same matches. */
  readonly outer: readonly Ref[];
  readonly shown: boolean;
  readonly text: string;
}

/** One node of a rule's chain. `shown`: it stands in the list of the activation's facts. */
export type LevelPlan = JoinPlan | TestPlan | GroupPlan;

/** One way to satisfy a rule, free of `or`. */
export interface BranchPlan {
  readonly levels: readonly LevelPlan[];
  readonly variables: Variables;
  /** How many levels stand inside `logical`; 0: none, what the rule asserts stands by itself. */
  readonly logical: number;
}

/** What the planner has to know of templates. */
export interface Shapes {
  slotAt(template: string, slot: string): number;
  isMulti(template: string, slot: string): boolean;
}

/** Turns a rule into chains of joins, one for each branch of its `or`s, with every variable resolved to a place. */
export function planOf(rule: Rule, shapes: Shapes): readonly BranchPlan[] {
  return branchesOf(rule.when).map((leaves) => {
    const variables = new Map<string, Ref>();
    const levels = levelsOf(leaves, 0, variables, shapes, 'rule');
    // `logical` conditions come first, so theirs are the first levels. Tests alone support nothing: they don't change.
    const logical = leaves.filter((leaf) => leaf.logical);
    const supports = logical.some(({ kind }) => kind !== 'test');
    return { levels, variables, logical: supports ? logical.length : 0 };
  });
}

function levelsOf(
  leaves: readonly Leaf[],
  from: number,
  variables: Map<string, Ref>,
  shapes: Shapes,
  of: 'rule' | 'group',
): LevelPlan[] {
  const levels: LevelPlan[] = [];
  for (const leaf of leaves) {
    const level = levels.length + from;
    const isFirst = levels.length === 0;
    const inside = new Map(variables);
    switch (leaf.kind) {
      case 'pattern':
        levels.push(
          withTests(
            joinPlan('join', leaf.pattern, [], level, variables, shapes, leaf.shown),
            leaf.tests,
            variables,
          ),
        );
        break;
      case 'best':
        levels.push(
          joinPlan('best', leaf.best.pattern, leaf.best.criteria, level, variables, shapes, leaf.shown),
        );
        break;
      case 'exists':
        levels.push(
          withTests(
            joinPlan('exists', leaf.pattern, [], level, inside, shapes, leaf.shown),
            leaf.tests,
            inside,
          ),
        );
        break;
      case 'not': {
        const [only] = leaf.of;
        if (leaf.of.length === 1 && only?.kind === 'pattern' && !leaf.present) {
          levels.push(
            withTests(
              joinPlan('not', only.pattern, [], level, inside, shapes, leaf.shown),
              only.tests,
              inside,
            ),
          );
        } else levels.push(groupPlan(leaf, level, variables, shapes, of === 'group' && isFirst));
        break;
      }
      case 'test': {
        // Tests with which a rule begins stand for one condition in the list of an activation's facts, as in CLIPS.
        const plan: TestPlan = {
          kind: 'test',
          level,
          tests: [],
          shown: of === 'rule' && isFirst,
          text: 'test',
        };
        const tested = withTests(plan, leaf.tests, variables);
        // CLIPS keeps tests behind a single absence or presence in its join, which is then another one than without them.
        const before = levels.at(-1);
        if (before !== undefined && isSingle(before))
          levels[levels.length - 1] = { ...before, text: `${before.text} then ${tested.text}` };
        levels.push(tested);
        break;
      }
      default:
        unreachable(leaf);
    }
  }
  return levels;
}

/** An absence or a presence of one pattern. */
export const isSingle = (level: LevelPlan): boolean => level.kind === 'not' || level.kind === 'exists';

/**
 * `first`: it is the first condition of another group. A presence is matched as such unless groups begin with groups there: then
 * CLIPS 6.30 does not see that it is one (its `IsExistsSubjoin`), and matches the absence of an absence.
 */
function groupPlan(
  leaf: Extract<Leaf, { kind: 'not' }>,
  level: number,
  variables: Variables,
  shapes: Shapes,
  first: boolean,
): GroupPlan {
  const isTwofold = leaf.present && (first || isGroup(leaf.of[0]));
  const of: readonly Leaf[] = isTwofold ? [{ ...leaf, present: false }] : leaf.of;
  const inner = levelsOf(of, level, new Map(variables), shapes, 'group');
  const present = leaf.present && !isTwofold;
  const text = `${present ? 'present' : 'group'}(${inner.map((each) => each.text).join(' ')})`;
  return { kind: 'group', present, level, inner, outer: placesBefore(inner, level), shown: leaf.shown, text };
}

const isGroup = (leaf: Leaf | undefined): boolean =>
  leaf?.kind === 'not' && (leaf.present || leaf.of.length > 1 || leaf.of[0]?.kind !== 'pattern');

/** The places before a level that these levels look at, each once. */
function placesBefore(levels: readonly LevelPlan[], level: number): readonly Ref[] {
  const places = new Map(levels.flatMap(placesLookedAt).map((ref) => [anywhere(ref), ref]));
  return [...places.values()].filter((ref) => ref.level < level);
}

/** The places of other levels that a level looks at, and some of its own. */
export function placesLookedAt(plan: LevelPlan): readonly Ref[] {
  if (plan.kind === 'group') return plan.outer;
  const tested = plan.tests.flatMap(refsOf);
  if (plan.kind === 'test') return tested;
  const ranked = plan.criteria.flatMap(({ by }) => expressionRefs(by, plan.variables));
  return [...plan.equalities.map(({ earlier }) => earlier), ...tested, ...ranked];
}

function withTests<P extends JoinPlan | TestPlan>(
  plan: P,
  computed: readonly Computed[],
  variables: Variables,
): P {
  const tests = computed.map(({ expression, negated }) => holdsTest(null, expression, variables, negated));
  const text = [plan.text, ...tests.map((test) => testText(test, anywhere))].join('&');
  return { ...plan, tests: [...plan.tests, ...tests], text };
}

function joinPlan(
  kind: JoinPlan['kind'],
  pattern: Pattern,
  criteria: Best['criteria'],
  level: number,
  variables: Map<string, Ref>,
  shapes: Shapes,
  shown: boolean,
): JoinPlan {
  const { sequences, captures, constrained, places } = placesOf(pattern, level, shapes);
  // First all variables are bound, each by the first field that names it plainly, then everything else is tested. As in CLIPS a
  // field looks for a variable in its own pattern first: where fields before it name it too, the fact alone decides.
  const tests: Test[] = [];
  const named = new Map(variables);
  if (pattern.address !== null)
    bindOrCompare({ level, from: 'address', at: 0 }, pattern.address, variables, named, tests);
  const remaining = constrained.map(({ ref, alternatives }) => {
    const binder = binderOf(alternatives);
    if (binder !== null) bindOrCompare(ref, binder, variables, named, tests);
    return {
      ref,
      alternatives: binder === null ? alternatives : withoutBinder(alternatives),
      before: new Map(named),
    };
  });
  for (const { ref, alternatives, before } of remaining)
    if (alternatives.length > 0)
      tests.push(...testsOf(ref, alternatives, new Map([...variables, ...before])));

  const own = tests.filter((test) => isAbout(test, level));
  const shared = tests.filter((test) => !isAbout(test, level));
  const equalities = shared.flatMap((test) => equalityOf(test, level));
  const rest = shared.filter((test) => equalityOf(test, level).length === 0);
  const nameOf = placeNames(places);
  const path = pathOf(
    places.map((place) =>
      'of' in place
        ? { slot: place.slot, of: place.of.map((each) => fieldTests(each, own, nameOf)) }
        : fieldTests(place, own, nameOf),
    ),
    equalities.map((each) => nameOf(each.own)).join(' '),
  );
  const plan: PatternPlan = {
    template: pattern.template,
    sequences,
    captures,
    tests: own,
    path,
    text: patternText(
      pattern.template,
      sequences,
      path,
      own.map((test) => testText(test, nameOf)),
    ),
  };
  const ranked = criteria.map(({ order, by }) => `${order} ${expressionText(by, variables, anywhere)}`);
  const hashed = equalities.map(({ own: mine, earlier }) => `${anywhere(mine)}=${anywhere(earlier)}`);
  return {
    kind,
    level,
    pattern: plan,
    equalities,
    tests: rest,
    criteria,
    variables,
    shown,
    text: `${kind}(${plan.text} [${hashed.join(' ')}] ${rest.map((test) => testText(test, anywhere)).join('&')} ${ranked.join(' ')})`,
  };
}
