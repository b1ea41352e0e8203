import type { FieldType } from '../../engine/rule.ts';
import type { Field } from '../../engine/value.ts';
import { numberOf, same, typeOf, type SlotRule } from './slot-rule.ts';

/** A bound of numbers; `open`: the bound itself is not among them. */
interface Bound {
  readonly at: number;
  readonly open: boolean;
}

/** Which values something can have. */
export interface Domain {
  /** Null: any type. */
  readonly types: readonly FieldType[] | null;
  /** The only values; null: not limited to some. */
  readonly values: readonly Field[] | null;
  readonly without: readonly Field[];
  /** Bounds of numbers; something with a bound is a number. */
  readonly low: Bound | null;
  readonly high: Bound | null;
}

export const anything: Domain = { types: null, values: null, without: [], low: null, high: null };

const numbers: readonly FieldType[] = ['INTEGER', 'FLOAT'];

/** What a slot can hold, or one field of it. */
export function domainOf({ slot }: SlotRule): Domain {
  const isNumeric = slot.types?.every((type) => numbers.includes(type)) === true;
  const [low, high] = isNumeric && slot.range !== null ? slot.range : [null, null];
  return { types: slot.types, values: slot.allowed, without: [], low: closed(low), high: closed(high) };
}

const closed = (at: number | null): Bound | null => (at === null ? null : { at, open: false });

export const only = (...values: readonly Field[]): Domain => ({ ...anything, values });

export const allBut = (...values: readonly Field[]): Domain => ({ ...anything, without: values });

/** Numbers that compare so with a number. */
export function compared(word: '<' | '<=' | '>' | '>=' | '=', at: number): Domain {
  const bound = { at, open: word === '<' || word === '>' };
  return {
    ...anything,
    types: numbers,
    low: word.startsWith('<') ? null : bound,
    high: word.startsWith('>') ? null : bound,
  };
}

/** What both allow. */
export function meet(a: Domain, b: Domain): Domain {
  const values =
    a.values === null
      ? b.values
      : a.values.filter((each) => b.values?.some((other) => same(each, other)) ?? true);
  return {
    types:
      a.types === null
        ? b.types
        : b.types === null
          ? a.types
          : a.types.filter((type) => b.types?.includes(type)),
    values,
    without: [...a.without, ...b.without],
    low: tighter(a.low, b.low, (one, other) => one > other),
    high: tighter(a.high, b.high, (one, other) => one < other),
  };
}

function tighter(
  a: Bound | null,
  b: Bound | null,
  isTighter: (one: number, other: number) => boolean,
): Bound | null {
  if (a === null || b === null) return a ?? b;
  if (a.at === b.at) return a.open ? a : b;
  return isTighter(a.at, b.at) ? a : b;
}

/** Whether no value at all is left. */
export function isEmpty(domain: Domain): boolean {
  const { types, values, low, high } = domain;
  if (types?.length === 0) return true;
  if (values !== null) return valuesOf(domain).length === 0;
  if (low === null || high === null) return false;
  if (low.at > high.at || (low.at === high.at && (low.open || high.open))) return true;
  if (types?.includes('FLOAT') !== false) return false;
  const first = low.open ? Math.floor(low.at) + 1 : Math.ceil(low.at);
  const last = high.open ? Math.ceil(high.at) - 1 : Math.floor(high.at);
  const count = last - first + 1;
  // A few integers may all be excluded one by one.
  return (
    count <= 0 ||
    (count <= domain.without.length && integers(first, count).every((each) => isExcluded(domain, each)))
  );
}

/** The one value that is left; null: there are more, or none. */
export function singleOf(domain: Domain): Field | null {
  if (domain.values === null) return null;
  const left = valuesOf(domain);
  return left.length === 1 ? (left[0] ?? null) : null;
}

/** Whether every value of one domain is among those of another; false when it can't be said. */
export function isWithin(inner: Domain, outer: Domain): boolean {
  if (inner.values !== null) return valuesOf(inner).every((each) => holds(outer, each));
  const types = inner.types;
  const isTyped =
    outer.types === null || (types !== null && types.every((type) => outer.types?.includes(type)));
  return (
    isTyped &&
    outer.values === null &&
    outer.without.length === 0 &&
    outer.low === null &&
    outer.high === null
  );
}

const valuesOf = (domain: Domain): readonly Field[] =>
  (domain.values ?? []).filter((each) => holds(domain, each));

function holds(domain: Domain, value: Field): boolean {
  const { types, values, low, high } = domain;
  if (types !== null && !types.includes(typeOf(value))) return false;
  if (values !== null && !values.some((each) => same(each, value))) return false;
  if (isExcluded(domain, value)) return false;
  if (low === null && high === null) return true;
  const number = numberOf(value);
  if (number === null) return false;
  const isLow = low !== null && (number < low.at || (low.open && number === low.at));
  const isHigh = high !== null && (number > high.at || (high.open && number === high.at));
  return !isLow && !isHigh;
}

const isExcluded = ({ without }: Domain, value: Field): boolean => without.some((each) => same(each, value));

const integers = (first: number, count: number): number[] =>
  Array.from({ length: count }, (_, at) => first + at);
