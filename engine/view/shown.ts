import type { Ref, Test, Variables } from '../plan.ts';
import { printed } from '../printed.ts';
import type { Expression } from '../rule.ts';
import { unreachable } from '../unreachable.ts';
import type { Field } from '../value.ts';

// What a node asks of facts, as people read it: `(host) free-cores >= waiting.cores`.

/** Names a place of a match: `status` in the pattern itself, `waiting.cores` in an earlier one. */
export type Place = (ref: Ref) => string;

const infix: ReadonlyMap<string, string> = new Map([
  ['eq', '='],
  ['=', '='],
  ['neq', '≠'],
  ['<>', '≠'],
  ['<', '<'],
  ['<=', '≤'],
  ['>', '>'],
  ['>=', '≥'],
]);

const opposite: ReadonlyMap<string, string> = new Map([
  ['=', '≠'],
  ['≠', '='],
  ['<', '≥'],
  ['≤', '>'],
  ['>', '≤'],
  ['≥', '<'],
]);

/** A test in one line. */
export function testShown(test: Test, place: Place): string {
  switch (test.kind) {
    case 'is':
      return `${place(test.ref)} ${sign(test.negated)} ${fieldShown(test.value)}`;
    case 'same':
      return `${place(test.a)} ${sign(test.negated)} ${place(test.b)}`;
    case 'equals':
      return `${place(test.ref)} ${sign(test.negated)} ${expressionShown(test.expression, test.variables, place)}`;
    case 'holds':
      return conditionShown(test.expression, test.variables, place, test.negated);
    case 'any':
      return anyShown(test.of, place);
    default:
      return unreachable(test);
  }
}

/** `status = ready | draining`, or the alternatives as they are. */
function anyShown(alternatives: readonly (readonly Test[])[], place: Place): string {
  const of = alternatives.map((tests) => tests.filter((test) => !isTrivial(test)));
  const constants = of.map(([only, ...others]) =>
    only?.kind === 'is' && others.length === 0 && !only.negated ? only : null,
  );
  const [first] = constants;
  if (first !== undefined && first !== null && constants.every((each) => each !== null))
    return `${place(first.ref)} = ${constants.map(({ value }) => fieldShown(value)).join(' | ')}`;
  return of.map((tests) => tests.map((each) => testShown(each, place)).join(' and ')).join(' or ');
}

/** `?x&red|green` names the variable in every alternative: in the later ones it is compared with itself. */
function isTrivial(test: Test): boolean {
  if (test.kind !== 'same' || test.negated) return false;
  return test.a.level === test.b.level && test.a.from === test.b.from && test.a.at === test.b.at;
}

function conditionShown(
  expression: Expression,
  variables: Variables,
  place: Place,
  negated: boolean,
): string {
  if (expression.kind === 'call') {
    const between = infix.get(expression.name);
    const [left, right] = expression.arguments;
    if (
      between !== undefined &&
      left !== undefined &&
      right !== undefined &&
      expression.arguments.length === 2
    ) {
      const word = negated ? (opposite.get(between) ?? between) : between;
      return `${expressionShown(left, variables, place)} ${word} ${expressionShown(right, variables, place)}`;
    }
    const [only] = expression.arguments;
    if (expression.name === 'not' && only !== undefined)
      return conditionShown(only, variables, place, !negated);
    if (expression.name === 'and' && !negated)
      return expression.arguments.map((each) => conditionShown(each, variables, place, false)).join(' and ');
    if (expression.name === 'or' && !negated)
      return `(${expression.arguments.map((each) => conditionShown(each, variables, place, false)).join(' or ')})`;
  }
  const text = expressionShown(expression, variables, place);
  return negated ? `not ${text}` : text;
}

/** An expression as the language writes it, with places for variables. */
export function expressionShown(expression: Expression, variables: Variables, place: Place): string {
  const { kind } = expression;
  if (kind === 'value') {
    const { value } = expression;
    return Array.isArray(value) ? printed(value as readonly Field[]) : fieldShown(value as Field);
  }
  if (kind === 'variable') {
    const ref = variables.get(expression.name);
    return ref === undefined ? `?${expression.name}` : place(ref);
  }
  if (kind === 'global') return `?*${expression.name}*`;
  if (kind !== 'call') return `(${kind} …)`;
  const given = expression.arguments.map((each) => expressionShown(each, variables, place));
  return `(${[expression.name, ...given].join(' ')})`;
}

const fieldShown = (field: Field): string => printed(field, { quoted: true });

const sign = (negated: boolean): string => (negated ? '≠' : '=');
