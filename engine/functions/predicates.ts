import { typeOf } from '../constraints.ts';
import { compareNumbers, isMultifield, isNumeric, sameValue } from '../order.ts';
import { FactAddress, Float, Sym, symbol, type Value } from '../value.ts';
import {
  argument,
  builtin,
  integer,
  NUMBER,
  INTEGER,
  numeric,
  SYMBOL,
  truth,
  type Builtin,
} from './builtin.ts';

/** Types, equality and comparison. `and`, `or` and `not` stand in `compile.ts`: they don't evaluate all their arguments. */
export const predicates: readonly Builtin[] = [
  typeTest('numberp', 'true for an integer or a float', isNumeric),
  typeTest(
    'integerp',
    'true for an integer',
    (value) => typeof value === 'number' || typeof value === 'bigint',
  ),
  typeTest('floatp', 'true for a float', (value) => value instanceof Float),
  typeTest(
    'lexemep',
    'true for a symbol or a string',
    (value) => value instanceof Sym || typeof value === 'string',
  ),
  typeTest('symbolp', 'true for a symbol', (value) => value instanceof Sym),
  typeTest('stringp', 'true for a string', (value) => typeof value === 'string'),
  typeTest('multifieldp', 'true for a multifield', isMultifield),
  typeTest('sequencep', 'true for a multifield', isMultifield),
  typeTest('fact-addressp', 'true for the address of a fact', (value) => value instanceof FactAddress),
  typeTest('pointerp', 'true for an external address, which nothing here is', () => false),
  builtin('type', [1, 1], ['any'], SYMBOL, 'the type of a value', (values) => {
    const value = argument(values, 0);
    return symbol(isMultifield(value) ? 'MULTIFIELD' : typeOf(value));
  }),
  parityTest('evenp', 0n),
  parityTest('oddp', 1n),
  builtin(
    'eq',
    [2, null],
    ['any'],
    SYMBOL,
    'true when the first value is the same as each other one',
    (values) => truth(values.slice(1).every((value) => sameValue(argument(values, 0), value))),
  ),
  builtin(
    'neq',
    [2, null],
    ['any'],
    SYMBOL,
    'true when the first value differs from each other one',
    (values) => truth(values.slice(1).every((value) => !sameValue(argument(values, 0), value))),
  ),
  builtin('=', [2, null], [NUMBER], SYMBOL, 'true when the first number equals each other one', (values) =>
    truth(others('=', values).every((order) => order === 0)),
  ),
  builtin(
    '<>',
    [2, null],
    [NUMBER],
    SYMBOL,
    'true when the first number differs from each other one',
    (values) => truth(others('<>', values).every((order) => order !== 0)),
  ),
  ordering('<', 'true when the numbers grow', (order) => order < 0),
  ordering('<=', 'true when the numbers do not fall', (order) => order <= 0),
  ordering('>', 'true when the numbers fall', (order) => order > 0),
  ordering('>=', 'true when the numbers do not grow', (order) => order >= 0),
];

function typeTest(name: string, comment: string, holds: (value: Value) => boolean): Builtin {
  return builtin(name, [1, 1], ['any'], SYMBOL, comment, (values) => truth(holds(argument(values, 0))));
}

function parityTest(name: 'evenp' | 'oddp', bit: bigint): Builtin {
  const comment = name === 'evenp' ? 'true for an even integer' : 'true for an odd integer';
  return builtin(name, [1, 1], [INTEGER], SYMBOL, comment, (values) =>
    truth((BigInt(integer(name, values, 0)) & 1n) === bit),
  );
}

/** How the first number stands to each other one. */
function others(name: string, values: readonly Value[]): number[] {
  const first = numeric(name, values, 0);
  return values.slice(1).map((_, at) => compareNumbers(first, numeric(name, values, at + 1)));
}

/** Compares neighbours, and stops at the first pair that does not hold. */
function ordering(name: string, comment: string, holds: (order: number) => boolean): Builtin {
  return builtin(name, [2, null], [NUMBER], SYMBOL, comment, (values) => {
    for (let at = 1; at < values.length; at += 1) {
      if (!holds(compareNumbers(numeric(name, values, at - 1), numeric(name, values, at))))
        return truth(false);
    }
    return truth(true);
  });
}
