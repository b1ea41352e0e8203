import { violationOf } from './constraints.ts';
import { isMultifield } from './order.ts';
import type { FieldType, Slot, Template } from './rule.ts';
import { Float, symbol, TRUE, FALSE, type Field, type Value } from './value.ts';

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
  const fields = given.map((each) => languageField(slot.types, each as Field | boolean));
  const violation = violationOf(slot, fields);
  if (violation !== null) throw misfit(template, slot, violation);
  return fields;
}

function fieldOf(template: Template, slot: Slot, plain: Field | boolean): Field {
  const field = languageField(slot.types, plain);
  const violation = violationOf(slot, field);
  if (violation !== null) throw misfit(template, slot, violation);
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

/** Whether a value has the shape of a slot: one field, or a multifield. */
export const fitsShape = (slot: Slot, value: Value): boolean => isMultifield(value) === slot.multi;

const misfit = (template: Template, slot: Slot, problem: string): TypeError =>
  new TypeError(`slot \`${slot.name}\` of \`${template.name}\` ${problem}`);
