import type { Builtin } from './builtin.ts';

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

/** The functions that have an old name too, under it. */
export function underOldNames(functions: readonly Builtin[]): Builtin[] {
  const byName = new Map(functions.map((each) => [each.name, each]));
  return Object.entries(oldNames).flatMap(([old, name]) => {
    const found = byName.get(name);
    return found === undefined ? [] : [{ ...found, name: old }];
  });
}
