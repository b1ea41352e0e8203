import { argument, builtin, INTEGER, type Builtin } from './builtin.ts';
import { multifields } from './multifields.ts';

/** Names that functions had before CLIPS 6, which CLIPS 6.30 still takes. */
const oldNames: Readonly<Record<string, string>> = {
  '!=': '<>',
  member: 'member$',
  'mv-append': 'create$',
  nth: 'nth$',
  'str-explode': 'explode$',
  'str-implode': 'implode$',
  subset: 'subsetp',
  wordp: 'symbolp',
};

/** What takes its arguments in another order than today. */
const oldForms: readonly Builtin[] = [
  builtin(
    'mv-delete',
    [2, 2],
    [INTEGER, 'multifield'],
    'multifield',
    'without the field at a position',
    (values, services) => {
      const [at, fields] = [argument(values, 0), argument(values, 1)];
      return today('delete$').call([fields, at, at], services);
    },
  ),
  builtin(
    'mv-replace',
    [3, 3],
    [INTEGER, 'multifield', 'any'],
    'multifield',
    'with another field at a position',
    (values, services) => {
      const [at, fields] = [argument(values, 0), argument(values, 1)];
      return today('replace$').call([fields, at, at, argument(values, 2)], services);
    },
  ),
  builtin(
    'mv-subseq',
    [3, 3],
    [INTEGER, INTEGER, 'multifield'],
    'multifield',
    'the fields from one position to another',
    (values, services) =>
      today('subseq$').call([argument(values, 2), argument(values, 0), argument(values, 1)], services),
  ),
];

function today(name: string): Builtin {
  return multifields.find((each) => each.name === name) as Builtin;
}

/** The functions that have an old name too, under it. */
export function underOldNames(functions: readonly Builtin[]): Builtin[] {
  const byName = new Map(functions.map((each) => [each.name, each]));
  const renamed = Object.entries(oldNames).flatMap(([old, name]) => {
    const found = byName.get(name);
    return found === undefined ? [] : [{ ...found, name: old }];
  });
  return [...renamed, ...oldForms];
}
