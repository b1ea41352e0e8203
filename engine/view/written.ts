import { printed } from '../printed.ts';
import type { Condition, Expression, FieldPattern, Pattern, Term } from '../rule.ts';
import { unreachable } from '../unreachable.ts';
import type { Field, Value } from '../value.ts';
import type { Fact } from '../world.ts';

// Rules and facts as the language writes them, in one line. `bindings`: variables with a value are written as their value.

type Bindings = ReadonlyMap<string, Value>;

const nothing: Bindings = new Map();

/** `(lease (id ?l) (phase active))`, `(not (host))`. */
export function conditionWritten(condition: Condition, bindings: Bindings = nothing): string {
  const all = (of: readonly Condition[]): string =>
    of.map((each) => conditionWritten(each, bindings)).join(' ');
  switch (condition.kind) {
    case 'pattern':
      return patternWritten(condition, bindings);
    case 'test':
      return `(test ${expressionWritten(condition.expression, bindings)})`;
    case 'and':
    case 'or':
    case 'not':
    case 'exists':
    case 'logical':
      return `(${condition.kind} ${all(condition.of)})`;
    case 'forall':
      return `(forall ${all([condition.each, ...condition.also])})`;
    case 'best': {
      const criteria = condition.criteria.map(
        ({ order, by }) => `(${order} ${expressionWritten(by, bindings)})`,
      );
      return `(best ${[patternWritten(condition.pattern, bindings), ...criteria].join(' ')})`;
    }
    default:
      return unreachable(condition);
  }
}

function patternWritten({ template, slots, address }: Pattern, bindings: Bindings): string {
  const parts = slots.flatMap(({ slot, fields }) => {
    const written = fields.map((field) => fieldWritten(field, bindings));
    return slot === 'implied' ? written : [`(${[slot, ...written].join(' ')})`];
  });
  return `${address === null ? '' : `?${address} <- `}(${[template, ...parts].join(' ')})`;
}

/** `?x&~red`, `ready|draining`. */
export function fieldWritten({ multi, alternatives }: FieldPattern, bindings: Bindings = nothing): string {
  const [first, ...others] = alternatives;
  if (first === undefined) return multi ? '$?' : '?';
  // `?x&red|green` names the variable in every alternative; it is written once.
  const [leader] = first;
  const isLed =
    leader?.kind === 'variable' &&
    others.length > 0 &&
    others.every(([each]) => isSameVariable(each, leader));
  const written = alternatives.map((terms, at) =>
    (isLed && at > 0 ? terms.slice(1) : terms).map((term) => termWritten(term, bindings)).join('&'),
  );
  return written.join('|');
}

const isSameVariable = (one: Term | undefined, other: Term): boolean =>
  one?.kind === 'variable' &&
  other.kind === 'variable' &&
  one.name === other.name &&
  one.negated === other.negated;

function termWritten(term: Term, bindings: Bindings): string {
  const sign = term.negated ? '~' : '';
  switch (term.kind) {
    case 'value':
      return sign + valueWritten(term.value);
    case 'variable':
      return sign + variableWritten(term.name, term.multi, bindings);
    case 'predicate':
      return `${sign}:${expressionWritten(term.expression, bindings)}`;
    case 'equal':
      return `${sign}=${expressionWritten(term.expression, bindings)}`;
    default:
      return unreachable(term);
  }
}

/** `(+ ?x 1)`; what only acts is named, not written. */
export function expressionWritten(expression: Expression, bindings: Bindings = nothing): string {
  const { kind } = expression;
  if (kind === 'value') return valueWritten(expression.value);
  if (kind === 'variable') return variableWritten(expression.name, expression.multi, bindings);
  if (kind === 'global') return `?*${expression.name}*`;
  if (kind !== 'call') return `(${kind} …)`;
  return `(${[expression.name, ...expression.arguments.map((each) => expressionWritten(each, bindings))].join(' ')})`;
}

function variableWritten(name: string, multi: boolean, bindings: Bindings): string {
  const value = bindings.get(name);
  return value === undefined ? `${multi ? '$' : ''}?${name}` : valueWritten(value);
}

/** A value as it is read back; a multifield as its fields. */
export function valueWritten(value: Value): string {
  if (!Array.isArray(value)) return printed(value, { quoted: true });
  return (value as readonly Field[]).map((field) => printed(field, { quoted: true })).join(' ');
}

/** `(host (name hv01) (status ready))`. */
export function factWritten({ template, slots }: Fact): string {
  const parts = template.slots.flatMap(({ name }) => {
    const text = valueWritten(slots[name] as Value);
    if (template.implied) return text === '' ? [] : [text];
    return [text === '' ? `(${name})` : `(${name} ${text})`];
  });
  return `(${[template.name, ...parts].join(' ')})`;
}
