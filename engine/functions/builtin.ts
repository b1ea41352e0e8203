import { isMultifield, isNumeric, type Numeric } from '../order.ts';
import { printed } from '../printed.ts';
import type { FieldType, FunctionSignature } from '../rule.ts';
import type { Session } from '../session.ts';
import { FactAddress, FALSE, Float, Sym, TRUE, type Field, type Value } from '../value.ts';
import { integerOf } from './integers.ts';

/** A function of the language itself: its signature, and what it does. */
export interface Builtin extends FunctionSignature {
  readonly call: (values: readonly Value[], services: Services) => Value;
}

/** What a builtin may use of the session that calls it. */
export interface Services {
  readonly session: Session;
  write(router: string, text: string): void;
  /** Throws a RuleError when there is no function of a name. */
  find(name: string): void;
  /** Calls a function by its name, as `sort` and `funcall` do. */
  call(name: string, values: readonly Value[]): Value;
  /** Seconds on the clock of the world. */
  now(): number;
  /** Running number of `gensym`, `setgen` sets it. */
  counter: number;
  /** State of the generator behind `random`. */
  seed: number;
  /** Whether `/` makes a float of two integers. */
  dividesAsFloats: boolean;
}

/** What a right-hand side, a function or a test can't do: it is collected as a problem and ends the firing. */
export class RuleError extends Error {
  /** What CLIPS goes on with after the error, where that is not the same for every call of the function: a prompt shows it. */
  readonly value: Value | undefined;
  constructor(message: string, options: ErrorOptions & { readonly value?: Value | undefined } = {}) {
    super(message, options);
    this.value = options.value;
  }
}

export type Returns = FunctionSignature['returns'];
export type Parameter = readonly FieldType[] | 'multifield' | 'any';

export const NUMBER: readonly FieldType[] = ['INTEGER', 'FLOAT'];
export const INTEGER: readonly FieldType[] = ['INTEGER'];
export const FLOAT: readonly FieldType[] = ['FLOAT'];
export const SYMBOL: readonly FieldType[] = ['SYMBOL'];
export const STRING: readonly FieldType[] = ['STRING'];
export const LEXEME: readonly FieldType[] = ['SYMBOL', 'STRING'];
export const FIELD: readonly FieldType[] = ['SYMBOL', 'STRING', 'INTEGER', 'FLOAT', 'FACT-ADDRESS'];
export const ADDRESS: readonly FieldType[] = ['FACT-ADDRESS', 'INTEGER'];

/** One line of a function table: `purity` is `pure` unless said. */
export function builtin(
  name: string,
  arity: FunctionSignature['arity'],
  parameters: readonly Parameter[],
  returns: Returns,
  comment: string,
  call: Builtin['call'],
  purity: FunctionSignature['purity'] = 'pure',
): Builtin {
  return { name, purity, arity, parameters, returns, comment, call };
}

export const truth = (holds: boolean): Sym => (holds ? TRUE : FALSE);

/** The argument at a position counted from 0; the arity was checked before. */
export const argument = (values: readonly Value[], at: number): Value => values[at] as Value;

/** `soFar`: what the arguments before have given, for the error. */
export function numeric(name: string, values: readonly Value[], at: number, soFar?: Numeric): Numeric {
  const value = argument(values, at);
  if (isNumeric(value)) return value;
  throw wrongType(name, at, 'a number', value, soFar);
}

/** As in CLIPS, a float is cut. */
export function integer(name: string, values: readonly Value[], at: number): number | bigint {
  const value = argument(values, at);
  if (typeof value === 'number' || typeof value === 'bigint') return value;
  if (value instanceof Float) return integerOf(value.value);
  throw wrongType(name, at, 'an integer', value);
}

/** An integer that counts or points; larger ones than JavaScript counts exactly are out of every range anyway. */
export const index = (name: string, values: readonly Value[], at: number): number =>
  Number(integer(name, values, at));

export function lexeme(name: string, values: readonly Value[], at: number): string {
  const value = argument(values, at);
  if (typeof value === 'string') return value;
  if (value instanceof Sym) return value.name;
  throw wrongType(name, at, 'a symbol or string', value);
}

export function field(name: string, value: Value, at: number): Field {
  if (!isMultifield(value)) return value;
  throw wrongType(name, at, 'a single field', value);
}

export function multifield(name: string, values: readonly Value[], at: number): readonly Field[] {
  const value = argument(values, at);
  if (isMultifield(value)) return value;
  throw wrongType(name, at, 'a multifield', value);
}

/** The index of a fact given by address or by number. */
export function factIndex(name: string, values: readonly Value[], at: number): number {
  const value = argument(values, at);
  if (value instanceof FactAddress) return value.index;
  if (typeof value === 'number') return value;
  throw wrongType(name, at, 'a fact', value);
}

/** The characters of a text, one for each code point. */
export const characters = (text: string): string[] => Array.from(text);

/** All fields of the values, multifields opened. */
export function flattened(values: readonly Value[]): Field[] {
  const fields: Field[] = [];
  for (const value of values) {
    if (isMultifield(value)) fields.push(...value);
    else fields.push(value);
  }
  return fields;
}

/** `at` counts from 0. */
export function wrongType(
  name: string,
  at: number,
  expected: string,
  value: Value,
  soFar?: Value,
): RuleError {
  return new RuleError(
    `\`${name}\` wants ${expected} as argument ${at + 1}, not ${printed(value, { quoted: true })}`,
    { value: soFar },
  );
}
