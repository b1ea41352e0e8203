import { compareNumbers, isMultifield, isNumeric, sameValue } from './order.ts';
import { printed } from './printed.ts';
import type { FieldType, Slot, Template } from './rule.ts';
import { FactAddress, Float, Sym, symbol, TRUE, FALSE, type Field, type Value } from './value.ts';

/** What may be given for a slot from outside: values of the language, or plain JavaScript. */
export type PlainValue = Value | boolean | readonly (Value | boolean)[];

/** A plain value as the slot takes it. Throws a TypeError that names template and slot when it does not fit. */
export function slotValue(template: Template, slot: Slot, plain: PlainValue): Value {
  if (!slot.multi) {
    if (Array.isArray(plain)) throw misfit(template, slot, 'takes one value, not several');
    return fieldOf(template, slot, plain as Field | boolean);
  }
  const given: readonly (Value | boolean)[] = Array.isArray(plain)
    ? (plain as readonly Field[])
    : [plain as Field];
  const fields = given.map((each) => fieldOf(template, slot, each as Field | boolean));
  const [low, high] = slot.cardinality ?? [0, null];
  if (fields.length < low || (high !== null && fields.length > high)) {
    throw misfit(template, slot, `takes ${low} to ${high ?? 'any number of'} values, not ${fields.length}`);
  }
  return fields;
}

function fieldOf(template: Template, slot: Slot, plain: Field | boolean): Field {
  const field = languageField(slot.types, plain);
  const text = printed(field, { quoted: true });
  if (slot.types !== null && !slot.types.includes(typeOf(field))) {
    throw misfit(template, slot, `takes ${slot.types.join(' or ')}, not ${text}`);
  }
  if (slot.allowed !== null && !slot.allowed.some((each) => sameValue(each, field))) {
    throw misfit(
      template,
      slot,
      `takes ${slot.allowed.map((each) => printed(each)).join(', ')}, not ${text}`,
    );
  }
  if (slot.range !== null && isNumeric(field)) {
    const [low, high] = slot.range;
    const isBelow = low !== null && compareNumbers(field, low) < 0;
    const isAbove = high !== null && compareNumbers(field, high) > 0;
    if (isBelow || isAbove)
      throw misfit(template, slot, `takes ${low ?? '-oo'} to ${high ?? '+oo'}, not ${text}`);
  }
  return field;
}

/** JavaScript tells neither symbols from strings nor integers from floats: the slot's types do. */
function languageField(types: readonly FieldType[] | null, plain: Field | boolean): Field {
  if (typeof plain === 'boolean') return plain ? TRUE : FALSE;
  if (typeof plain === 'string') return types === null || types.includes('STRING') ? plain : symbol(plain);
  if (typeof plain !== 'number') return plain;
  const takesInteger = types === null || types.includes('INTEGER') || !types.includes('FLOAT');
  return Number.isSafeInteger(plain) && takesInteger ? plain + 0 : new Float(plain);
}

/** The type of a field, as slots are declared with it. */
export function typeOf(field: Field): FieldType {
  if (typeof field === 'string') return 'STRING';
  if (field instanceof Sym) return 'SYMBOL';
  if (field instanceof Float) return 'FLOAT';
  return field instanceof FactAddress ? 'FACT-ADDRESS' : 'INTEGER';
}

/** Whether a value has the shape of a slot: one field, or a multifield. */
export const fitsShape = (slot: Slot, value: Value): boolean => isMultifield(value) === slot.multi;

const misfit = (template: Template, slot: Slot, problem: string): TypeError =>
  new TypeError(`slot \`${slot.name}\` of \`${template.name}\` ${problem}`);
