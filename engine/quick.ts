import { isMultifield, sameValue } from './order.ts';
import { FALSE, TRUE, type Field, type Value } from './value.ts';

/** Null: left to the builtin. */
export type Quick = (a: Value, b: Value) => Value | null;

const comparing =
  (holds: (a: number, b: number) => boolean): Quick =>
  (a, b) => {
    if (typeof a !== 'number' || typeof b !== 'number') return null;
    return holds(a, b) ? TRUE : FALSE;
  };

const computing =
  (of: (a: number, b: number) => number): Quick =>
  (a, b) => {
    if (typeof a !== 'number' || typeof b !== 'number') return null;
    const result = of(a, b);
    return Number.isSafeInteger(result) ? result + 0 : null;
  };

/** What tests are full of, on two plain integers or values. */
export const QUICK: ReadonlyMap<string, Quick> = new Map<string, Quick>([
  ['eq', (a, b) => (sameValue(a, b) ? TRUE : FALSE)],
  ['neq', (a, b) => (sameValue(a, b) ? FALSE : TRUE)],
  ['+', computing((a, b) => a + b)],
  ['-', computing((a, b) => a - b)],
  ['*', computing((a, b) => a * b)],
  ['<', comparing((a, b) => a < b)],
  ['<=', comparing((a, b) => a <= b)],
  ['>', comparing((a, b) => a > b)],
  ['>=', comparing((a, b) => a >= b)],
  ['=', comparing((a, b) => a === b)],
  ['<>', comparing((a, b) => a !== b)],
  ['member$', memberQuickly],
]);

/** A single field among others; a stretch of several is left to the builtin. */
function memberQuickly(wanted: Value, fields: Value): Value | null {
  if (isMultifield(wanted) || !isMultifield(fields)) return null;
  for (let at = 0; at < fields.length; at += 1) if (sameValue(wanted, fields[at] as Field)) return at + 1;
  return FALSE;
}
