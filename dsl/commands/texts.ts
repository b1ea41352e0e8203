import { printed } from '../../engine/printed.ts';
import type { Activation, Fact } from '../../engine/session.ts';
import type { Value } from '../../engine/value.ts';

/**
 * A fact as CLIPS prints it: `(lease (id l-1) (note "x"))`. Quotes inside of a string are not escaped, unless it is to be read
 * again.
 */
export function factText({ template, slots }: Fact, { escaped = false } = {}): string {
  const inner = template.implied
    ? fieldsText(slots['implied'] ?? [], escaped)
    : template.slots.map(({ name }) => ` (${name}${fieldsText(slots[name] ?? [], escaped)})`).join('');
  return `(${template.name}${inner})`;
}

/** `f-1     (a)`: a fact with its index, as in lists and traces. */
export function factLine(fact: Fact): string {
  return `f-${String(fact.index).padEnd(5)} ${factText(fact)}`;
}

/** `0      r: f-1,*`: an activation as in the agenda. */
export function activationLine({ rule, salience, facts }: Activation): string {
  return `${String(salience).padEnd(6)} ${rule.name}: ${basisText(facts)}`;
}

/** The facts of a match; `*` for what matched by absence. */
export function basisText(facts: readonly (Fact | null)[]): string {
  return facts.length === 0 ? '*' : facts.map((fact) => (fact === null ? '*' : `f-${fact.index}`)).join(',');
}

/** `For a total of 2 facts.` */
export function totalLine(count: number, noun: string, plural = `${noun}s`): string {
  return `For a total of ${count} ${count === 1 ? noun : plural}.\n`;
}

/** The fields of a slot, each behind a space. */
export function fieldsText(value: Value, isEscaped = false): string {
  return (Array.isArray(value) ? value : [value])
    .map((field: Value) => ` ${isEscaped ? printed(field, { quoted: true }) : fieldText(field)}`)
    .join('');
}

/** A field as it would be typed, but for quotes inside of a string. */
export function fieldText(value: Value): string {
  if (typeof value === 'string') return `"${value}"`;
  if (Array.isArray(value)) return `(${value.map(fieldText).join(' ')})`;
  return printed(value);
}
