import { sameValue } from '../order.ts';
import { quotedText, printed } from '../printed.ts';
import { FALSE, symbol, type Field, type Value } from '../value.ts';
import {
  argument,
  builtin,
  characters,
  flattened,
  index,
  INTEGER,
  lexeme,
  multifield,
  LEXEME,
  RuleError,
  STRING,
  SYMBOL,
  truth,
  wrongType,
  type Builtin,
} from './builtin.ts';
import { fieldsOf } from './fields.ts';

/** Multifields: sequences of fields, positions counted from 1. None of these changes its argument. */
export const multifields: readonly Builtin[] = [
  builtin(
    'create$',
    [0, null],
    ['any'],
    'multifield',
    'all fields of the arguments as one multifield',
    flattened,
  ),
  // Symbols and strings have a length too; whoever checks a policy would rather hear of it.
  builtin('length$', [1, 1], ['multifield'], INTEGER, 'how many fields there are', (values) =>
    sizeOf('length$', values),
  ),
  builtin('length', [1, 1], ['multifield'], INTEGER, 'how many fields or characters there are', (values) =>
    sizeOf('length', values),
  ),
  builtin(
    'nth$',
    [2, 2],
    [INTEGER, 'multifield'],
    'any',
    'the field at a position; `nil` outside',
    (values) => {
      const at = index('nth$', values, 0);
      return multifield('nth$', values, 1)[at - 1] ?? symbol('nil');
    },
  ),
  builtin('first$', [1, 1], ['multifield'], 'multifield', 'the first field as a multifield', (values) =>
    multifield('first$', values, 0).slice(0, 1),
  ),
  builtin('rest$', [1, 1], ['multifield'], 'multifield', 'all fields but the first', (values) =>
    multifield('rest$', values, 0).slice(1),
  ),
  builtin(
    'member$',
    [2, 2],
    ['any', 'multifield'],
    'any',
    'the position of a field, or from and to of a stretch; FALSE when it is not there',
    (values) => {
      const wanted = argument(values, 0);
      const fields = multifield('member$', values, 1);
      const sought = Array.isArray(wanted) ? (wanted as readonly Field[]) : [wanted as Field];
      const at = stretchAt(fields, sought, 0);
      if (at < 0 || fields.length === 0) return FALSE;
      return sought.length === 1 ? at + 1 : [at + 1, at + sought.length];
    },
  ),
  builtin(
    'subsetp',
    [2, 2],
    ['multifield'],
    SYMBOL,
    'true when each field of the first stands in the second',
    (values) => {
      const all = multifield('subsetp', values, 1);
      return truth(
        multifield('subsetp', values, 0).every((field) => all.some((other) => sameValue(field, other))),
      );
    },
  ),
  builtin(
    'subseq$',
    [3, 3],
    ['multifield', INTEGER],
    'multifield',
    'the fields from one position to another',
    (values) => {
      const from = Math.max(index('subseq$', values, 1), 1);
      return multifield('subseq$', values, 0).slice(from - 1, Math.max(index('subseq$', values, 2), 0));
    },
  ),
  builtin(
    'delete$',
    [3, 3],
    ['multifield', INTEGER],
    'multifield',
    'without the fields from one position to another',
    (values) => {
      const [fields, from, to] = stretch('delete$', values);
      return [...fields.slice(0, from - 1), ...fields.slice(to)];
    },
  ),
  builtin(
    'replace$',
    [4, null],
    ['multifield', INTEGER, INTEGER, 'any'],
    'multifield',
    'with other fields for those from one position to another',
    (values) => {
      const [fields, from, to] = stretch('replace$', values);
      return [...fields.slice(0, from - 1), ...flattened(values.slice(3)), ...fields.slice(to)];
    },
  ),
  builtin(
    'insert$',
    [3, null],
    ['multifield', INTEGER, 'any'],
    'multifield',
    'with more fields before a position',
    (values) => {
      const fields = multifield('insert$', values, 0);
      const at = index('insert$', values, 1);
      if (at < 1) throw outside('insert$', at, fields.length + 1);
      return [...fields.slice(0, at - 1), ...flattened(values.slice(2)), ...fields.slice(at - 1)];
    },
  ),
  builtin(
    'delete-member$',
    [2, null],
    ['multifield', 'any'],
    'multifield',
    'without each field or stretch named',
    (values) => exchanged(multifield('delete-member$', values, 0), values.slice(1), []),
  ),
  builtin(
    'replace-member$',
    [3, null],
    ['multifield', 'any'],
    'multifield',
    'with a value for each field or stretch named',
    (values) =>
      exchanged(multifield('replace-member$', values, 0), values.slice(2), flattened([argument(values, 1)])),
  ),
  builtin(
    'expand$',
    [1, 1],
    ['multifield'],
    'multifield',
    'among the arguments of a call: each field is an argument of its own',
    (values) => multifield('expand$', values, 0),
  ),
  builtin('explode$', [1, 1], [STRING], 'multifield', 'the fields that a text holds', (values) => {
    const text = argument(values, 0);
    if (typeof text === 'string') return fieldsOf(text);
    throw wrongType('explode$', 0, 'a string', text);
  }),
  builtin('implode$', [1, 1], ['multifield'], STRING, 'the fields as one text', (values) =>
    multifield('implode$', values, 0)
      .map((field) => (typeof field === 'string' ? quotedText(field) : printed(field)))
      .join(' '),
  ),
  builtin(
    'sort',
    [1, null],
    [SYMBOL, 'any'],
    'multifield',
    'the fields in order; the function says whether two stand in the wrong one',
    (values, services) => {
      const name = lexeme('sort', values, 0);
      services.find(name);
      return mergeSorted(flattened(values.slice(1)), (a, b) => services.call(name, [a, b]) !== FALSE);
    },
  ),
  builtin(
    'funcall',
    [1, null],
    [LEXEME, 'any'],
    'any',
    'calls the function of that name',
    (values, services) => services.call(lexeme('funcall', values, 0), values.slice(1)),
  ),
];

function sizeOf(name: string, values: readonly Value[]): number {
  const value = argument(values, 0);
  return Array.isArray(value) ? value.length : characters(lexeme(name, values, 0)).length;
}

/** Fields, from and to of the functions that work on a stretch of a multifield. */
function stretch(name: string, values: readonly Value[]): [readonly Field[], number, number] {
  const fields = multifield(name, values, 0);
  const from = index(name, values, 1);
  const to = index(name, values, 2);
  if (from < 1 || from > fields.length) throw outside(name, from, fields.length);
  if (to < from || to > fields.length) throw outside(name, to, fields.length);
  return [fields, from, to];
}

function outside(name: string, at: number, length: number): RuleError {
  return new RuleError(`\`${name}\` is asked for position ${at} of ${length}`);
}

/** Where a stretch begins in the fields at or behind `from`; -1: nowhere. */
function stretchAt(fields: readonly Field[], sought: readonly Field[], from: number): number {
  for (let at = from; at + sought.length <= fields.length; at += 1) {
    if (sought.every((field, offset) => sameValue(field, fields[at + offset] as Field))) return at;
  }
  return -1;
}

/** Exchanges every occurrence of the members, one member after the other at each position, longest text first come. */
function exchanged(fields: readonly Field[], members: readonly Value[], by: readonly Field[]): Field[] {
  const stretches = members.map((member) => flattened([member]));
  if (fields.length > 0 && stretches.some(({ length }) => length === 0))
    throw new RuleError('an empty multifield stands nowhere');
  const result: Field[] = [];
  let at = 0;
  while (at < fields.length) {
    const found = stretches.find(
      (member) => stretchAt(fields.slice(at, at + member.length), member, 0) === 0,
    );
    if (found === undefined) result.push(fields[at] as Field);
    else result.push(...by);
    at += found?.length ?? 1;
  }
  return result;
}

/** Merge sort, since what the language's comparison answers need not be an order. */
function mergeSorted(fields: Field[], swaps: (a: Field, b: Field) => boolean): Field[] {
  if (fields.length < 2) return fields;
  const middle = Math.ceil(fields.length / 2);
  const left = mergeSorted(fields.slice(0, middle), swaps);
  const right = mergeSorted(fields.slice(middle), swaps);
  const merged: Field[] = [];
  let i = 0;
  let j = 0;
  while (i < left.length && j < right.length) {
    merged.push(swaps(left[i] as Field, right[j] as Field) ? (right[j++] as Field) : (left[i++] as Field));
  }
  return [...merged, ...left.slice(i), ...right.slice(j)];
}
