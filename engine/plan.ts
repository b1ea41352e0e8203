import { branchesOf, type Computed, type Leaf } from './branches.ts';
import { pathOf, type FieldTests, type Step } from './pattern-path.ts';
import { printed } from './printed.ts';
import type { Best, Expression, FieldPattern, Pattern, Rule, Term } from './rule.ts';
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
        levels.push(withTests(plan, leaf.tests, variables));
        break;
      }
      default:
        unreachable(leaf);
    }
  }
  return levels;
}

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

/** A field's constraint, with the place of the field. */
interface Constrained {
  readonly ref: Ref;
  readonly alternatives: readonly (readonly Term[])[];
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

/** A field where it stands: in a single slot, for a whole multislot, or at a place in a multislot's sequence. */
interface Place {
  readonly slot: number;
  /** Counted from 0 within a sequence. */
  readonly at: number | null;
  readonly field: FieldPattern;
  /** Null for a `$?` in a sequence. */
  readonly ref: Ref | null;
}

type Places = readonly (Place | { readonly slot: number; readonly of: readonly Place[] })[];

/** Lays out the fields of a pattern: single slots stand in the fact, variables inside a sequence are captured. */
function placesOf(
  pattern: Pattern,
  level: number,
  shapes: Shapes,
): { sequences: PatternPlan['sequences']; captures: number; constrained: Constrained[]; places: Places } {
  const sequences: { slot: number; fields: FieldShape[] }[] = [];
  const constrained: Constrained[] = [];
  const places: (Place | { readonly slot: number; readonly of: Place[] })[] = [];
  let captures = 0;
  for (const { slot: name, fields } of pattern.slots) {
    const slot = shapes.slotAt(pattern.template, name);
    const [only] = fields;
    const whole =
      fields.length === 1 && only !== undefined && (only.multi || !shapes.isMulti(pattern.template, name));
    if (whole) {
      const ref: Ref = { level, from: 'slot', at: slot };
      constrained.push({ ref, alternatives: only.alternatives });
      places.push({ slot, at: null, field: only, ref });
      continue;
    }
    const shaped: FieldShape[] = [];
    const of: Place[] = [];
    for (const [at, field] of fields.entries()) {
      const constants = constantsOf(field);
      const alternatives = constants.length === 0 ? field.alternatives : withoutConstants(field);
      // A single field is always kept, so that patterns which ask the same share a memory, whatever they name.
      const isKept = !field.multi || field.alternatives.length > 0;
      const ref: Ref | null = isKept ? { level, from: 'capture', at: captures } : null;
      if (ref !== null) {
        captures += 1;
        constrained.push({ ref, alternatives });
      }
      shaped.push({ multi: field.multi, capture: ref?.at ?? null, constants });
      of.push({ slot, at, field, ref });
    }
    sequences.push({ slot, fields: shaped });
    places.push({ slot, of });
  }
  return { sequences, captures, constrained, places };
}

/** Names places by slot and field, so that they don't hang on which fields are kept of a match. */
function placeNames(places: Places): NameOf {
  const names = new Map<string, string>();
  for (const place of places.flatMap((each) => ('of' in each ? each.of : [each])))
    if (place.ref !== null) names.set(`${place.ref.from}${place.ref.at}`, `${place.slot}.${place.at ?? ''}`);
  return (ref) => names.get(`${ref.from}${ref.at}`) ?? `${ref.from}${ref.at}`;
}

/** What the pattern itself asks of one field. */
function fieldTests({ slot, at, field, ref }: Place, own: readonly Test[], nameOf: NameOf): FieldTests {
  const { alternatives, multi } = field;
  const [terms = []] = alternatives;
  const looked =
    alternatives.length === 1 && !multi
      ? terms.flatMap((term) => (term.kind === 'value' && !term.negated ? [term.value] : []))[0]
      : undefined;
  const constant = looked === undefined ? null : constantText(looked);
  const compared = at === null ? [] : constantsOf(field);
  const tests = [
    ...compared.map((each) => sign(each.negated) + constantText(each.value)),
    ...own.filter((test) => ref !== null && isOf(test, ref)).map((test) => testText(test, nameOf)),
  ];
  return { slot, multi, constant, tests };
}

/** Whether a test was written at this field. */
function isOf(test: Test, ref: Ref): boolean {
  switch (test.kind) {
    case 'is':
    case 'equals':
      return test.ref === ref;
    case 'same':
      return test.a === ref;
    case 'holds':
      return test.at === ref;
    case 'any':
      return test.at === ref;
    default:
      return unreachable(test);
  }
}

/** The constants that a single field has to be or not to be, compared while the fields are laid out. */
function constantsOf({ multi, alternatives }: FieldPattern): FieldShape['constants'] {
  const [terms = []] = alternatives;
  if (multi || alternatives.length > 1) return [];
  return terms.flatMap((term) => (term.kind === 'value' ? [term] : []));
}

/** What else is asked of such a field. */
function withoutConstants({ alternatives }: FieldPattern): readonly (readonly Term[])[] {
  const terms = (alternatives[0] ?? []).filter((term) => term.kind !== 'value');
  return terms.length === 0 ? [] : [terms];
}

/** The variable that stands for the whole field: the first term, plain, and nothing else or joined by `&`. */
function binderOf(alternatives: readonly (readonly Term[])[]): string | null {
  const [terms] = alternatives;
  const [first] = terms ?? [];
  if (terms === undefined || first?.kind !== 'variable' || first.negated) return null;
  return alternatives.length === 1 || terms.length > 1 ? first.name : null;
}

function withoutBinder(alternatives: readonly (readonly Term[])[]): readonly (readonly Term[])[] {
  const [terms, ...others] = alternatives;
  const rest = (terms ?? []).slice(1);
  return rest.length === 0 ? others : [rest, ...others];
}

/** `named`: where this pattern, or one before it, has named a variable last. */
function bindOrCompare(
  ref: Ref,
  name: string,
  variables: Map<string, Ref>,
  named: Map<string, Ref>,
  tests: Test[],
): void {
  const bound = named.get(name);
  if (bound === undefined) variables.set(name, ref);
  else tests.push(sameTest(ref, bound, false));
  named.set(name, ref);
}

function testsOf(ref: Ref, alternatives: readonly (readonly Term[])[], variables: Variables): Test[] {
  const [terms] = alternatives;
  if (terms === undefined) return [];
  if (alternatives.length === 1) return terms.map((term) => termTest(ref, term, variables));
  const of = alternatives.map((each) => each.map((term) => termTest(ref, term, variables)));
  return [{ kind: 'any', at: ref, of }];
}

function termTest(ref: Ref, term: Term, variables: Variables): Test {
  const { negated } = term;
  switch (term.kind) {
    case 'value':
      return { kind: 'is', ref, value: term.value, negated };
    case 'variable': {
      // A plain variable that nothing else has bound binds here too: `?x|…` is refused by the checker.
      const bound = variables.get(term.name);
      if (bound === undefined) throw new TypeError(`variable \`?${term.name}\` is not bound here`);
      return sameTest(ref, bound, negated);
    }
    case 'predicate':
      return holdsTest(ref, term.expression, variables, negated);
    case 'equal':
      return { kind: 'equals', ref, expression: term.expression, variables, negated };
    default:
      return unreachable(term);
  }
}

const sameTest = (a: Ref, b: Ref, negated: boolean): Test => ({ kind: 'same', a, b, negated });

const holdsTest = (at: Ref | null, expression: Expression, variables: Variables, negated: boolean): Test => ({
  kind: 'holds',
  at,
  expression,
  variables,
  negated,
});

/** Whether a test looks at nothing but the fact of its own level. */
function isAbout(test: Test, level: number): boolean {
  return refsOf(test).every((ref) => ref.level === level);
}

function refsOf(test: Test): readonly Ref[] {
  switch (test.kind) {
    case 'is':
      return [test.ref];
    case 'same':
      return [test.a, test.b];
    case 'holds':
      return expressionRefs(test.expression, test.variables);
    case 'equals':
      return [test.ref, ...expressionRefs(test.expression, test.variables)];
    case 'any':
      return test.of.flat().flatMap(refsOf);
    default:
      return unreachable(test);
  }
}

/** A test that both memories can be hashed by. Addresses of facts are no atoms until somebody keeps them, so they can't. */
function equalityOf(test: Test, level: number): JoinPlan['equalities'] {
  if (test.kind !== 'same' || test.negated || test.a.from === 'address' || test.b.from === 'address')
    return [];
  return test.a.level === level ? [{ own: test.a, earlier: test.b }] : [{ own: test.b, earlier: test.a }];
}

function expressionRefs(expression: Expression, variables: Variables): readonly Ref[] {
  return variablesOf(expression).flatMap((name) => variables.get(name) ?? []);
}

/** All variables that stand in an expression, at any depth. */
export function variablesOf(expression: unknown): readonly string[] {
  if (Array.isArray(expression)) return expression.flatMap(variablesOf);
  if (typeof expression !== 'object' || expression === null) return [];
  const node = expression as Partial<Extract<Expression, { kind: 'variable' }>>;
  if (node.kind === 'variable' && node.name !== undefined) return [node.name];
  return Object.values(expression).flatMap(variablesOf);
}

/** Equal for tests that do the same, whatever their variables are called; `nameOf` names the places. */
function testText(test: Test, nameOf: NameOf): string {
  switch (test.kind) {
    case 'is':
      return `${nameOf(test.ref)}${sign(test.negated)}${constantText(test.value)}`;
    case 'same':
      return `${nameOf(test.a)}${sign(test.negated)}${nameOf(test.b)}`;
    case 'holds':
      return `${sign(test.negated)}${expressionText(test.expression, test.variables, nameOf)}`;
    case 'equals':
      return `${nameOf(test.ref)}${sign(test.negated)}${expressionText(test.expression, test.variables, nameOf)}`;
    case 'any':
      return `(${test.of.map((each) => each.map((inner) => testText(inner, nameOf)).join('&')).join('|')})`;
    default:
      return unreachable(test);
  }
}

const sign = (negated: boolean): string => (negated ? '!=' : '==');

type NameOf = (ref: Ref) => string;

const anywhere: NameOf = (ref) => `${ref.level}.${ref.from}${ref.at}`;

/** Types told apart, and text quoted, so that no value reads like a place. */
const constantText = (value: Field): string =>
  `${typeof value}${JSON.stringify(printed(value, { quoted: true }))}`;

/** An expression with places for variables and without positions. */
function expressionText(expression: Expression, variables: Variables, nameOf: NameOf): string {
  return JSON.stringify(expression, (key, value: unknown) => {
    if (key === 'origin') return undefined;
    if (key === 'value' && value !== null && !isExpression(value)) return valueText(value);
    if (isExpression(value) && value.kind === 'variable') {
      const ref = variables.get(value.name);
      return ref === undefined ? `?${value.name}` : [nameOf(ref)];
    }
    return value;
  });
}

const valueText = (value: unknown): string =>
  Array.isArray(value) ? `(${value.map(valueText).join(' ')})` : constantText(value as Field);

const isExpression = (value: unknown): value is Expression =>
  typeof value === 'object' && value !== null && 'kind' in value;

/** Two patterns that ask the same of a fact and keep the same of it share an alpha memory, wherever in a rule they stand. */
function patternText(
  template: string,
  sequences: PatternPlan['sequences'],
  path: readonly Step[],
  tests: readonly string[],
): string {
  const fields = sequences.map(({ slot, fields: shapes }) => `${slot}(${shapes.map(shapeText).join(' ')})`);
  return `${template} ${fields.join(' ')} ${path.map(({ text }) => text).join(' ')} ${tests.join('&')}`;
}

const shapeText = (shape: FieldShape): string =>
  `${shape.multi ? '$' : ''}?${shape.capture ?? ''}${shape.constants.map((each) => `${each.negated ? '~' : ''}${constantText(each.value)}`).join('&')}`;
