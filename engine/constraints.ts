import { compareNumbers, isMultifield, isNumeric, sameValue } from './order.ts';
import { printed } from './printed.ts';
import type { FieldType, Slot } from './rule.ts';
import { FactAddress, Float, Sym, type Field, type Value } from './value.ts';

/** What a slot's constraints have against a value, in words that follow the slot's name; null: nothing. */
export function violationOf(slot: Slot, value: Value): string | null {
  const fields: readonly Field[] = isMultifield(value) ? value : [value];
  if (slot.multi) {
    const [low, high] = slot.cardinality ?? [0, null];
    if (fields.length < low || (high !== null && fields.length > high))
      return `takes ${low} to ${high ?? 'any number of'} values, not ${fields.length}`;
  }
  for (const field of fields) {
    const violation = fieldViolation(slot, field);
    if (violation !== null) return violation;
  }
  return null;
}

function fieldViolation(slot: Slot, field: Field): string | null {
  const text = printed(field, { quoted: true });
  if (slot.types !== null && !slot.types.includes(typeOf(field)))
    return `takes ${slot.types.join(' or ')}, not ${text}`;
  if (slot.allowed !== null && !isAllowed(slot.allowed, slot.allowsOthers ?? false, field))
    return `takes ${slot.allowed.map((each) => printed(each, { quoted: true })).join(', ')}, not ${text}`;
  if (slot.range !== null && isNumeric(field)) {
    const [low, high] = slot.range;
    const isBelow = low !== null && compareNumbers(field, low) < 0;
    const isAbove = high !== null && compareNumbers(field, high) > 0;
    if (isBelow || isAbove) return `takes ${low ?? '-oo'} to ${high ?? '+oo'}, not ${text}`;
  }
  return null;
}

function isAllowed(allowed: readonly Field[], allowsOthers: boolean, field: Field): boolean {
  if (allowed.some((each) => sameValue(each, field))) return true;
  return allowsOthers && !allowed.some((each) => typeOf(each) === typeOf(field));
}

/** The type of a field, as slots are declared with it. */
export function typeOf(field: Field): FieldType {
  if (typeof field === 'string') return 'STRING';
  if (field instanceof Sym) return 'SYMBOL';
  if (field instanceof Float) return 'FLOAT';
  return field instanceof FactAddress ? 'FACT-ADDRESS' : 'INTEGER';
}
