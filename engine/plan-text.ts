import type { PatternPlan, Ref, Test, Variables, FieldShape } from './plan.ts';
import type { Step } from './pattern-path.ts';
import { printed } from './printed.ts';
import type { Expression } from './rule.ts';
import { unreachable } from './unreachable.ts';
import type { Field } from './value.ts';

// What is asked, as text: equal texts are shared.

/** Equal for tests that do the same, whatever their variables are called; `nameOf` names the places. */
export function testText(test: Test, nameOf: NameOf): string {
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

export const sign = (negated: boolean): string => (negated ? '!=' : '==');

export type NameOf = (ref: Ref) => string;

export const anywhere: NameOf = (ref) => `${ref.level}.${ref.from}${ref.at}`;

/** Types told apart, and text quoted, so that no value reads like a place. */
export const constantText = (value: Field): string =>
  `${typeof value}${JSON.stringify(printed(value, { quoted: true }))}`;

/** An expression with places for variables and without positions. */
export function expressionText(expression: Expression, variables: Variables, nameOf: NameOf): string {
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
export function patternText(
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
