import type { FieldType, FunctionSignature } from '../../engine/rule.ts';
import { FALSE, Sym, TRUE, type Value } from '../../engine/value.ts';
import type { Desk } from '../desk.ts';

/** Something that rules can call: how it is called, and what it does at the desk. vocabulary.clp documents each for authors. */
export interface Primitive {
  readonly signature: FunctionSignature;
  readonly run: (desk: Desk, values: readonly Value[]) => Value;
}

type Parameter = 'symbol' | 'integer' | 'text';

const TYPES: Readonly<Record<Parameter, readonly FieldType[]>> = {
  symbol: ['SYMBOL'],
  integer: ['INTEGER'],
  text: ['STRING', 'SYMBOL'],
};

/**
 * An effect: it says whether the wish holds now. `optional` more parameters may be left out. Once the request has been
 * refused nothing of the decision will stay, so further effects are not tried; further refusals are collected.
 */
export function effect(
  name: string,
  parameters: readonly Parameter[],
  comment: string,
  run: (desk: Desk, values: readonly Value[]) => boolean,
  optional: readonly Parameter[] = [],
): Primitive {
  return {
    signature: { ...signature(name, parameters, optional, comment), returns: ['SYMBOL'] },
    run: (desk, values) => {
      if (desk.refusals.length > 0 && name !== 'refuse') return FALSE;
      return run(desk, values) ? TRUE : FALSE;
    },
  };
}

/** An effect that says yes to the request: no rule that fires later sees it as asked. */
export function answering({ signature: answers, run }: Primitive): Primitive {
  return { signature: { ...answers, claims: 'request' }, run };
}

/** A question about the state, or a way to put things in words: it changes nothing. */
export function question(
  name: string,
  parameters: readonly Parameter[],
  returns: FunctionSignature['returns'],
  comment: string,
  run: (desk: Desk, values: readonly Value[]) => Value,
): Primitive {
  return { signature: { ...signature(name, parameters, [], comment), returns }, run };
}

function signature(
  name: string,
  parameters: readonly Parameter[],
  optional: readonly Parameter[],
  comment: string,
): FunctionSignature {
  const all = [...parameters, ...optional];
  return {
    name,
    purity: 'world',
    arity: [parameters.length, all.length],
    parameters: all.map((parameter) => TYPES[parameter]),
    returns: 'any',
    comment,
  };
}

/** The name in a symbol, or the text of a string; the checker has made sure that it is one of them. */
export function text(value: Value | undefined): string {
  if (value instanceof Sym) return value.name;
  return typeof value === 'string' ? value : '';
}

export function integer(value: Value | undefined): number {
  return typeof value === 'number' ? value : Number(value);
}
