import { FactAddress, Float, Sym, type Field, type Value } from './value.ts';

/**
 * The canonical order of values, total over everything that is not equal: numbers by size (an integer before the float
 * of the same size), symbols, strings, fact addresses, multifields; text by code units, multifields field by field and
 * the shorter first. Negative: `a` comes first; zero: they are equal.
 */
export function compareValues(a: Value, b: Value): number {
  const rank = rankOf(a) - rankOf(b);
  if (rank !== 0) return rank;
  if (typeof a === 'string') return compareText(a, b as string);
  if (a instanceof Sym) return compareText(a.name, (b as Sym).name);
  if (a instanceof FactAddress) return a.index - (b as FactAddress).index;
  if (isMultifield(a)) return compareFields(a, b as readonly Field[]);
  return compareNumbers(a, b as Numeric) || Number(a instanceof Float) - Number(b instanceof Float);
}

/** Values are the same: of one type and equal, so `1`, `1.0` and `"1"` differ. What `eq` and patterns go by. */
export function sameValue(a: Value, b: Value): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object') return false;
  if (a instanceof Float) return b instanceof Float && Object.is(a.value, b.value);
  if (a instanceof FactAddress) return b instanceof FactAddress && a.index === b.index;
  if (!isMultifield(a) || !isMultifield(b) || a.length !== b.length) return false;
  return a.every((field, at) => sameValue(field, b[at] as Field));
}

export type Numeric = number | bigint | Float;

/** By size, across integers and floats. */
export function compareNumbers(a: Numeric, b: Numeric): number {
  const x = a instanceof Float ? a.value : a;
  const y = b instanceof Float ? b.value : b;
  return x < y ? -1 : x > y ? 1 : 0;
}

export const isMultifield = (value: Value): value is readonly Field[] => Array.isArray(value);

export const isNumeric = (value: Value): value is Numeric =>
  typeof value === 'number' || typeof value === 'bigint' || value instanceof Float;

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function compareFields(a: readonly Field[], b: readonly Field[]): number {
  for (let at = 0; at < a.length && at < b.length; at += 1) {
    const order = compareValues(a[at] as Field, b[at] as Field);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function rankOf(value: Value): number {
  if (typeof value === 'string') return 2;
  if (value instanceof Sym) return 1;
  if (value instanceof FactAddress) return 3;
  return isMultifield(value) ? 4 : 0;
}
