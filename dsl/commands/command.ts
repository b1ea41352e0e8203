import type { FieldType, FunctionSignature } from '../../engine/rule.ts';
import { RuleError, type Session } from '../../engine/session.ts';
import { FALSE, Float, Sym, TRUE, type Value } from '../../engine/value.ts';
import type { Input } from '../input.ts';
import type { Piece } from '../reader.ts';
import type { Routers } from '../routers.ts';
import type { Source } from '../source.ts';
import type { Watches } from '../watches.ts';
import type { Workspace } from '../workspace.ts';

/** What commands act on. */
export interface Console {
  readonly workspace: Workspace;
  readonly session: Session;
  readonly routers: Routers;
  readonly watches: Watches;
  readonly input: Input;
  /** Keys of the rules before which a run ends. */
  readonly breaks: Set<string>;
  /** Settings that only remember what they were set to. */
  readonly remembered: Map<string, Value>;
  /** All commands. */
  readonly callable: readonly FunctionSignature[];
  /** Defines the constructs of a file; false when one of them was refused. `isShown`: each is told. */
  load(text: string, file: string, isShown: boolean): boolean;
  /** Asserts a fact that is written as text; null when it is none, which is told. */
  assertFact(source: Source, piece: Piece): Value | null;
  /** Runs a text's commands one after the other, without showing them or their values. */
  runQuietly(text: string, file: string): void;
  /** Ends the program, and what is under way. */
  exit(status: number): never;
  /** Whether \`exit\` was called. */
  readonly isLeaving: () => boolean;
}

/** A function that acts on the console: its facts and constructs, its files, its settings. */
export interface Command extends FunctionSignature {
  readonly call: (values: readonly Value[], console: Console) => Value;
}

/** One line of a family of commands. */
export function command(
  name: string,
  arity: FunctionSignature['arity'],
  parameters: FunctionSignature['parameters'],
  returns: FunctionSignature['returns'],
  comment: string,
  call: Command['call'],
): Command {
  return { name, purity: 'console', arity, parameters, returns, comment, call };
}

export const truth = (holds: boolean): Sym => (holds ? TRUE : FALSE);

/** The name that a symbol or string says; empty for anything else. */
export const nameOf = (value: Value | undefined): string =>
  value instanceof Sym ? value.name : typeof value === 'string' ? value : '';

/** Refuses an argument, counted from 1, in the words of CLIPS. */
export function wrongType(name: string, at: number, expected: string): never {
  throw new RuleError(`[ARGACCES5] Function ${name} expected argument #${at} to be of type ${expected}`);
}

/** Refuses values that are not of the types that a command takes. */
export function checkTypes({ name, parameters }: FunctionSignature, values: readonly Value[]): void {
  for (const [at, value] of values.entries()) {
    const wanted = parameters[Math.min(at, parameters.length - 1)] ?? 'any';
    if (typeof wanted === 'string' || wanted.includes(typeOf(value))) continue;
    wrongType(name, at + 1, wanted.map((type) => type.toLowerCase()).join(' or '));
  }
}

function typeOf(value: Value): FieldType {
  if (value instanceof Sym) return 'SYMBOL';
  if (typeof value === 'string') return 'STRING';
  if (typeof value === 'number' || typeof value === 'bigint') return 'INTEGER';
  return value instanceof Float ? 'FLOAT' : 'FACT-ADDRESS';
}
