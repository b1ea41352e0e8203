import { branchesOf, type Leaf } from './branches.ts';
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
  | { readonly kind: 'any'; readonly of: readonly (readonly Test[])[] };

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
  readonly shown: false;
  readonly text: string;
}

/** `not` over several conditions: no match of the levels inside goes on from the match so far. */
export interface GroupPlan {
  readonly kind: 'group';
  readonly level: number;
  readonly inner: readonly LevelPlan[];
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
    const levels = levelsOf(leaves, 0, variables, shapes);
    return { levels, variables, logical: logicalLevels(leaves, levels.length) };
  });
}

/** Tests merged into their joins make no level of their own; `logical` conditions come first, so theirs are the first levels. */
function logicalLevels(leaves: readonly Leaf[], levels: number): number {
  const last = leaves.findLastIndex((leaf) => leaf.logical);
  if (last < 0) return 0;
  let count = 0;
  for (const [at, leaf] of leaves.slice(0, last + 1).entries())
    if (makesLevel(leaf, leaves[at - 1])) count += 1;
  return Math.min(count, levels);
}

const makesLevel = (leaf: Leaf, before: Leaf | undefined): boolean =>
  leaf.kind !== 'test' || !endsInJoin(before);

/** Tests behind a pattern, one or many, belong to its join. */
const endsInJoin = (leaf: Leaf | undefined): boolean =>
  leaf?.kind === 'pattern' || (leaf?.kind === 'test' && leaf.afterJoin);

function levelsOf(
  leaves: readonly Leaf[],
  from: number,
  variables: Map<string, Ref>,
  shapes: Shapes,
): LevelPlan[] {
  const levels: LevelPlan[] = [];
  for (const leaf of leaves) {
    const level = from + levels.length;
    switch (leaf.kind) {
      case 'pattern':
        levels.push(joinPlan('join', leaf.pattern, [], level, variables, shapes, leaf.shown));
        break;
      case 'best':
        levels.push(
          joinPlan('best', leaf.best.pattern, leaf.best.criteria, level, variables, shapes, leaf.shown),
        );
        break;
      case 'exists':
        levels.push(joinPlan('exists', leaf.pattern, [], level, new Map(variables), shapes, leaf.shown));
        break;
      case 'not': {
        const [only] = leaf.of;
        if (leaf.of.length === 1 && only?.kind === 'pattern') {
          levels.push(joinPlan('not', only.pattern, [], level, new Map(variables), shapes, leaf.shown));
        } else {
          const inner = levelsOf(leaf.of, level, new Map(variables), shapes);
          const text = `group(${inner.map((each) => each.text).join(' ')})`;
          levels.push({ kind: 'group', level, inner, shown: leaf.shown, text });
        }
        break;
      }
      case 'test': {
        const test = holdsTest(leaf.expression, variables, false);
        const last = levels.at(-1);
        if (leaf.afterJoin && last?.kind === 'join') {
          levels[levels.length - 1] = withTest(last, test);
        } else
          levels.push({
            kind: 'test',
            level,
            tests: [test],
            shown: false,
            text: `test(${testText(test, null)})`,
          });
        break;
      }
    }
  }
  return levels;
}

const withTest = (plan: JoinPlan, test: Test): JoinPlan => ({
  ...plan,
  tests: [...plan.tests, test],
  text: `${plan.text}&${testText(test, null)}`,
});

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
  const { sequences, captures, constrained } = placesOf(pattern, level, shapes);
  // First all variables are bound, each by the first field that names it plainly, then everything else is tested.
  const tests: Test[] = [];
  if (pattern.address !== null)
    bindOrCompare({ level, from: 'address', at: 0 }, pattern.address, variables, tests);
  const remaining = constrained.map(({ ref, alternatives }) => {
    const binder = binderOf(alternatives);
    if (binder === null) return { ref, alternatives };
    bindOrCompare(ref, binder, variables, tests);
    return { ref, alternatives: withoutBinder(alternatives) };
  });
  for (const { ref, alternatives } of remaining) tests.push(...testsOf(ref, alternatives, variables));

  const own = tests.filter((test) => isAbout(test, level));
  const shared = tests.filter((test) => !isAbout(test, level));
  const equalities = shared.flatMap((test) => equalityOf(test, level));
  const rest = shared.filter((test) => equalityOf(test, level).length === 0);
  const plan: PatternPlan = {
    template: pattern.template,
    sequences,
    captures,
    tests: own,
    text: patternText(pattern.template, sequences, own, level),
  };
  const ranked = criteria.map(({ order, by }) => `${order} ${expressionText(by, variables, null)}`);
  const hashed = equalities.map(
    ({ own: mine, earlier }) => `${refText(mine, null)}=${refText(earlier, null)}`,
  );
  return {
    kind,
    level,
    pattern: plan,
    equalities,
    tests: rest,
    criteria,
    variables,
    shown,
    text: `${kind}(${plan.text} [${hashed.join(' ')}] ${rest.map((test) => testText(test, null)).join('&')} ${ranked.join(' ')})`,
  };
}

/** Lays out the fields of a pattern: single slots stand in the fact, variables inside a sequence are captured. */
function placesOf(
  pattern: Pattern,
  level: number,
  shapes: Shapes,
): { sequences: PatternPlan['sequences']; captures: number; constrained: Constrained[] } {
  const sequences: { slot: number; fields: FieldShape[] }[] = [];
  const constrained: Constrained[] = [];
  let captures = 0;
  for (const { slot, fields } of pattern.slots) {
    const at = shapes.slotAt(pattern.template, slot);
    const [only] = fields;
    const whole =
      fields.length === 1 && only !== undefined && (only.multi || !shapes.isMulti(pattern.template, slot));
    if (whole) {
      constrained.push({ ref: { level, from: 'slot', at }, alternatives: only.alternatives });
      continue;
    }
    const shaped: FieldShape[] = [];
    for (const field of fields) {
      const constants = constantsOf(field);
      const capture = constants !== null ? null : captures;
      if (capture !== null) {
        captures += 1;
        constrained.push({ ref: { level, from: 'capture', at: capture }, alternatives: field.alternatives });
      }
      shaped.push({ multi: field.multi, capture, constants: constants ?? [] });
    }
    sequences.push({ slot: at, fields: shaped });
  }
  return { sequences, captures, constrained };
}

/** The constants that a field has to be, when that is all that is asked of it; null: there is more. */
function constantsOf(field: FieldPattern): FieldShape['constants'] | null {
  if (field.alternatives.length === 0) return [];
  const [terms] = field.alternatives;
  if (field.multi || field.alternatives.length > 1 || terms === undefined) return null;
  const constants = terms.flatMap((term) => (term.kind === 'value' ? [term] : []));
  return constants.length === terms.length ? constants : null;
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

function bindOrCompare(ref: Ref, name: string, variables: Map<string, Ref>, tests: Test[]): void {
  const bound = variables.get(name);
  if (bound === undefined) variables.set(name, ref);
  else tests.push(sameTest(ref, bound, false));
}

function testsOf(ref: Ref, alternatives: readonly (readonly Term[])[], variables: Map<string, Ref>): Test[] {
  const [terms] = alternatives;
  if (terms === undefined) return [];
  if (alternatives.length === 1) return terms.map((term) => termTest(ref, term, variables));
  const of = alternatives.map((each) => each.map((term) => termTest(ref, term, variables)));
  return [{ kind: 'any', of }];
}

function termTest(ref: Ref, term: Term, variables: Map<string, Ref>): Test {
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
      return holdsTest(term.expression, variables, negated);
    case 'equal':
      return { kind: 'equals', ref, expression: term.expression, variables, negated };
    default:
      return unreachable(term);
  }
}

const sameTest = (a: Ref, b: Ref, negated: boolean): Test => ({ kind: 'same', a, b, negated });

const holdsTest = (expression: Expression, variables: Variables, negated: boolean): Test => ({
  kind: 'holds',
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

/** Equal for tests that do the same, whatever their variables are called; places of the level `own` go without its number. */
function testText(test: Test, own: number | null): string {
  switch (test.kind) {
    case 'is':
      return `${refText(test.ref, own)}${sign(test.negated)}${constantText(test.value)}`;
    case 'same':
      return `${refText(test.a, own)}${sign(test.negated)}${refText(test.b, own)}`;
    case 'holds':
      return `${sign(test.negated)}${expressionText(test.expression, test.variables, own)}`;
    case 'equals':
      return `${refText(test.ref, own)}${sign(test.negated)}${expressionText(test.expression, test.variables, own)}`;
    case 'any':
      return `(${test.of.map((each) => each.map((inner) => testText(inner, own)).join('&')).join('|')})`;
    default:
      return unreachable(test);
  }
}

const sign = (negated: boolean): string => (negated ? '!=' : '==');

const refText = (ref: Ref, own: number | null): string =>
  `${ref.level === own ? '' : ref.level}.${ref.from}${ref.at}`;

/** Types told apart, and text quoted, so that no value reads like a place. */
const constantText = (value: Field): string =>
  `${typeof value}${JSON.stringify(printed(value, { quoted: true }))}`;

/** An expression with places for variables and without positions. */
function expressionText(expression: Expression, variables: Variables, own: number | null): string {
  return JSON.stringify(expression, (key, value: unknown) => {
    if (key === 'origin') return undefined;
    if (key === 'value' && value !== null && !isExpression(value)) return valueText(value);
    if (isExpression(value) && value.kind === 'variable') {
      const ref = variables.get(value.name);
      return ref === undefined ? `?${value.name}` : [refText(ref, own)];
    }
    return value;
  });
}

const valueText = (value: unknown): string =>
  Array.isArray(value) ? `(${value.map(valueText).join(' ')})` : constantText(value as Field);

const isExpression = (value: unknown): value is Expression =>
  typeof value === 'object' && value !== null && 'kind' in value;

/** Two levels that ask the same of a fact share an alpha memory, so their own level does not stand in the text. */
function patternText(
  template: string,
  sequences: PatternPlan['sequences'],
  tests: readonly Test[],
  level: number,
): string {
  const fields = sequences.map(({ slot, fields: shapes }) => `${slot}(${shapes.map(shapeText).join(' ')})`);
  return `${template} ${fields.join(' ')} ${tests
    .map((test) => testText(test, level))
    .toSorted()
    .join('&')}`;
}

const shapeText = (shape: FieldShape): string =>
  `${shape.multi ? '$' : ''}?${shape.capture ?? ''}${shape.constants.map((each) => `${each.negated ? '~' : ''}${constantText(each.value)}`).join('&')}`;
