import type {
  Condition,
  Expression,
  FieldPattern,
  Pattern,
  Rule,
  RuleBase,
  Term,
} from '../../engine/rule.ts';
import { printed } from '../../engine/printed.ts';
import type { Value } from '../../engine/value.ts';
import { unreachable } from '../../engine/unreachable.ts';

// A rule base as the text that CLIPS reads, so that the binary can say what it would do.

export const clipsText = (base: RuleBase): string =>
  [
    ...base.templates
      .filter(({ implied }) => !implied)
      .map(
        ({ name, slots }) =>
          `(deftemplate ${name} ${slots.map((slot) => `(${slot.multi ? 'multislot' : 'slot'} ${slot.name})`).join(' ')})`,
      ),
    ...base.rules.map(ruleText),
  ].join('\n');

export function ruleText(rule: Rule): string {
  const salience = expressionText(rule.salience);
  return `(defrule ${rule.name} (declare (salience ${salience}))\n  ${rule.when.map(conditionText).join('\n  ')}\n  =>\n  ${rule.then.map(expressionText).join('\n  ')})`;
}

export const valueText = (value: Value): string => printed(value, { quoted: true });

function conditionText(condition: Condition): string {
  switch (condition.kind) {
    case 'pattern':
      return `${condition.address === null ? '' : `?${condition.address} <- `}${patternText(condition)}`;
    case 'test':
      return `(test ${expressionText(condition.expression)})`;
    case 'forall':
      return `(forall ${[condition.each, ...condition.also].map(conditionText).join(' ')})`;
    case 'and':
    case 'or':
    case 'not':
    case 'exists':
    case 'logical':
      return `(${condition.kind} ${groupText(condition)})`;
    case 'best':
      throw new Error('CLIPS has no `best`');
    default:
      return unreachable(condition);
  }
}

/** CLIPS takes a single condition inside `not`. */
function groupText(condition: Extract<Condition, { of: readonly Condition[] }>): string {
  const inner = condition.of.map(conditionText).join(' ');
  return condition.kind === 'not' && condition.of.length > 1 ? `(and ${inner})` : inner;
}

function patternText(pattern: Pattern): string {
  const slots = pattern.slots.map(({ slot, fields }) => {
    const text = fields.map(fieldText).join(' ');
    return slot === 'implied' ? text : `(${slot} ${text})`;
  });
  return `(${[pattern.template, ...slots].join(' ')})`;
}

function fieldText(field: FieldPattern): string {
  if (field.alternatives.length === 0) return field.multi ? '$?' : '?';
  return field.alternatives.map((terms) => terms.map(termText).join('&')).join('|');
}

function termText(term: Term): string {
  const sign = term.negated ? '~' : '';
  switch (term.kind) {
    case 'value':
      return sign + valueText(term.value);
    case 'variable':
      return `${sign}${term.multi ? '$' : ''}?${term.name}`;
    case 'predicate':
      return `${sign}:${expressionText(term.expression)}`;
    case 'equal':
      return `${sign}=${expressionText(term.expression)}`;
    default:
      return unreachable(term);
  }
}

/** The few kinds of expression that the tests use. */
function expressionText(expression: Expression): string {
  switch (expression.kind) {
    case 'value':
      return valueText(expression.value);
    case 'variable':
      return `?${expression.name}`;
    case 'call':
      return `(${[expression.name, ...expression.arguments.map(expressionText)].join(' ')})`;
    case 'assert':
      return `(assert ${expression.facts.map(({ template, slots }) => `(${template} ${slots.map(({ slot, values }) => slotText(slot, values)).join(' ')})`).join(' ')})`;
    case 'modify':
      return `(modify ${expressionText(expression.fact)} ${expression.slots.map(({ slot, values }) => slotText(slot, values)).join(' ')})`;
    case 'if':
      return `(if ${expressionText(expression.test)} then ${expression.then.map(expressionText).join(' ')})`;
    case 'global':
    case 'duplicate':
    case 'bind':
    case 'while':
    case 'loop-for-count':
    case 'foreach':
    case 'switch':
    case 'query':
    case 'return':
    case 'break':
      throw new Error(`the tests write no ${expression.kind}`);
    default:
      return unreachable(expression);
  }
}

const slotText = (slot: string, values: readonly Expression[]): string => {
  const text = values.map(expressionText).join(' ');
  return slot === 'implied' ? text : `(${slot} ${text})`;
};
