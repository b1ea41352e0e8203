import type { FieldType, Slot, Template } from './rule.ts';
import { Float, FALSE, symbol, TRUE, type Field, type Value } from './value.ts';

// Templates made in TypeScript, with types for the facts that are asserted by them and read back. What a program asserts is then
// held to its template by the compiler too, not by the session alone.

declare const TYPE: unique symbol;

/** A slot in the making. `T`: what stands in it as plain JavaScript; `Needed`: a fact cannot leave it out. */
export interface SlotShape<T, Needed extends boolean = boolean> {
  readonly slot: Omit<Slot, 'name'>;
  readonly [TYPE]?: { readonly value: T; readonly needed: Needed };
}

type Shape = Readonly<Record<string, SlotShape<unknown>>>;

/** A template that knows the types of its slots. */
export interface TypedTemplate<S extends Shape = Shape> extends Template {
  readonly [TYPE]?: S;
}

type ValueOf<P> = P extends SlotShape<infer T> ? T : never;
type NeededKeys<S extends Shape> = {
  [K in keyof S]: S[K] extends SlotShape<unknown, true> ? K : never;
}[keyof S];

/** A fact as plain JavaScript: `PlainFact<typeof machine>`. */
export type PlainFact<T extends TypedTemplate> =
  T extends TypedTemplate<infer S> ? { readonly [K in keyof S]: ValueOf<S[K]> } : never;

/** What has to be given for a new fact: slots with a default may be left out. */
export type NewFact<T extends TypedTemplate> =
  T extends TypedTemplate<infer S>
    ? { readonly [K in NeededKeys<S>]: ValueOf<S[K]> } & {
        readonly [K in Exclude<keyof S, NeededKeys<S>>]?: ValueOf<S[K]>;
      }
    : never;

/** A fact that a query has found. */
export interface Found<T extends TypedTemplate> {
  readonly index: number;
  readonly slots: PlainFact<T>;
}

/** What a slot may be told beside its type. */
interface Told<T> {
  /** The value when none is given; without it one has to be. */
  readonly default?: T;
  readonly comment?: string;
}

interface Allowed<T> {
  /** The slot takes these alone. */
  readonly allowed?: readonly T[];
}

interface Ranged {
  /** Least and most; null leaves a side open. */
  readonly range?: readonly [low: number | null, high: number | null];
}

/** Whether a default is among what was told: then a fact may leave the slot out. */
type IsNeeded<O> = O extends { readonly default: unknown } ? false : true;

/**
 * A template with typed slots.
 *
 *     const machine = template('machine', {
 *       id: slot.symbol(),
 *       state: slot.symbol({ allowed: ['running', 'stopped'], default: 'stopped' }),
 *       cores: slot.integer({ range: [1, 64], default: 2 }),
 *       avoids: multislot.symbol({ default: [] }),
 *     });
 */
export function template<const S extends Shape>(
  name: string,
  slots: S,
  { comment = null }: { readonly comment?: string | null } = {},
): TypedTemplate<S> {
  return {
    name,
    comment,
    slots: Object.entries(slots).map(([slotName, shape]) => Object.assign({ name: slotName }, shape.slot)),
    implied: false,
    origin: { file: '', line: 1, column: 1 },
  };
}

/** Slots that hold one value. */
export const slot = {
  symbol: <const T extends string = string, const O extends Told<T> & Allowed<T> = Told<T> & Allowed<T>>(
    told?: O & { readonly allowed?: readonly T[]; readonly default?: NoInfer<T> },
  ): SlotShape<T, IsNeeded<O>> => single(['SYMBOL'], told),
  string: <const O extends Told<string> & Allowed<string>>(told?: O): SlotShape<string, IsNeeded<O>> =>
    single(['STRING'], told),
  integer: <const O extends Told<number> & Allowed<number> & Ranged>(
    told?: O,
  ): SlotShape<number, IsNeeded<O>> => single(['INTEGER'], told),
  float: <const O extends Told<number> & Ranged>(told?: O): SlotShape<number, IsNeeded<O>> =>
    single(['FLOAT'], told),
  /** An integer or a float. */
  number: <const O extends Told<number> & Ranged>(told?: O): SlotShape<number, IsNeeded<O>> =>
    single(['INTEGER', 'FLOAT'], told),
  /** TRUE or FALSE. */
  flag: <const O extends Told<boolean>>(told?: O): SlotShape<boolean, IsNeeded<O>> =>
    single(['SYMBOL'], { allowed: [true, false], ...told }),
  /** Any value of the language. */
  any: <const O extends Told<Field>>(told?: O): SlotShape<Field, IsNeeded<O>> => single(null, told),
};

/** Slots that hold any number of values. `cardinality`: least and most of them. */
export const multislot = {
  symbol: <const T extends string = string, const O extends Several<T> = Several<T>>(
    told?: O & { readonly allowed?: readonly T[] },
  ): SlotShape<readonly T[], IsNeeded<O>> => several(['SYMBOL'], told),
  string: <const O extends Several<string>>(told?: O): SlotShape<readonly string[], IsNeeded<O>> =>
    several(['STRING'], told),
  integer: <const O extends Several<number> & Ranged>(told?: O): SlotShape<readonly number[], IsNeeded<O>> =>
    several(['INTEGER'], told),
  float: <const O extends Several<number> & Ranged>(told?: O): SlotShape<readonly number[], IsNeeded<O>> =>
    several(['FLOAT'], told),
  any: <const O extends Several<Field>>(told?: O): SlotShape<readonly Field[], IsNeeded<O>> =>
    several(null, told),
};

type Several<T> = Told<readonly T[]> &
  Allowed<T> & { readonly cardinality?: readonly [low: number, high: number | null] };

type AnyTold = Told<unknown> &
  Allowed<unknown> &
  Ranged & { readonly cardinality?: readonly [low: number, high: number | null] };

function single<T, N extends boolean>(
  types: readonly FieldType[] | null,
  told: AnyTold = {},
): SlotShape<T, N> {
  const value = (plain: unknown): Field => fieldOf(types, plain);
  return {
    slot: {
      ...common(types, told),
      multi: false,
      cardinality: null,
      default: told.default === undefined ? { kind: 'none' } : { kind: 'static', value: value(told.default) },
    },
  };
}

function several<T, N extends boolean>(
  types: readonly FieldType[] | null,
  told: AnyTold = {},
): SlotShape<T, N> {
  const value = (plain: unknown): Value => (plain as readonly unknown[]).map((each) => fieldOf(types, each));
  return {
    slot: {
      ...common(types, told),
      multi: true,
      cardinality: told.cardinality ?? null,
      default: told.default === undefined ? { kind: 'none' } : { kind: 'static', value: value(told.default) },
    },
  };
}

function common(
  types: readonly FieldType[] | null,
  { allowed, range, comment }: AnyTold,
): Pick<Slot, 'types' | 'allowed' | 'range' | 'comment'> {
  return {
    types,
    allowed: allowed?.map((each) => fieldOf(types, each)) ?? null,
    range: range ?? null,
    comment: comment ?? null,
  };
}

function fieldOf(types: readonly FieldType[] | null, plain: unknown): Field {
  if (typeof plain === 'boolean') return plain ? TRUE : FALSE;
  if (typeof plain === 'string') return types?.includes('SYMBOL') === true ? symbol(plain) : plain;
  if (typeof plain === 'number' && (types?.includes('INTEGER') === false || !Number.isSafeInteger(plain)))
    return new Float(plain);
  return plain as Field;
}

/**
 * A fact's slots as plain JavaScript: symbols and strings as strings, numbers as numbers (integers beyond 2^53 as bigint), multifields as arrays,
 * and TRUE and FALSE of a flag as booleans. Other values stay as they are.
 */
export function plainFact<T extends TypedTemplate>(
  { slots }: Pick<Template, 'slots'>,
  values: Readonly<Record<string, Value>>,
): PlainFact<T> {
  return Object.fromEntries(
    slots.map((each) => [each.name, plainValue(each, values[each.name] as Value)]),
  ) as PlainFact<T>;
}

function plainValue(of: Slot, value: Value): unknown {
  const isFlag = of.allowed?.length === 2 && of.allowed.includes(TRUE) && of.allowed.includes(FALSE);
  const plain = (field: Field): unknown => {
    if (isFlag && (field === TRUE || field === FALSE)) return field === TRUE;
    if (field instanceof Float) return field.value;
    return typeof field === 'object' && 'name' in field ? field.name : field;
  };
  return Array.isArray(value) ? (value as readonly Field[]).map(plain) : plain(value as Field);
}
