import { builtins } from '../engine/functions/index.ts';
import { commands } from './commands/index.ts';
import { kinds } from './forms.ts';
import type { Workspace } from './workspace.ts';

/** What may stand where the last word of a line is being typed. */
export interface Completion {
  /** The word as far as it is typed. */
  readonly word: string;
  /** Whole words that begin so, sorted. */
  readonly words: readonly string[];
}

const special = [
  'assert',
  'bind',
  'break',
  'case',
  'default',
  'duplicate',
  'foreach',
  'if',
  'loop-for-count',
];
const more = ['modify', 'progn$', 'return', 'switch', 'while'];

/** Commands whose argument is a construct, by the kind of it. */
const constructOf = /\((?:pp|undef|list-)?def(rule|template|facts|function|global)s?\s+\S*$/;

/** Completes the last word of a line: behind a parenthesis a function, template or construct, elsewhere a name that stands. */
export function completion(line: string, workspace: Workspace): Completion {
  const word = /[^\s()"]*$/.exec(line)?.[0] ?? '';
  const before = line.slice(0, line.length - word.length);
  const words = before.endsWith('(') ? heads(workspace) : names(before, workspace);
  return { word, words: [...new Set(words)].filter((each) => each.startsWith(word)).toSorted() };
}

function heads(workspace: Workspace): string[] {
  return [
    ...builtins.keys(),
    ...commands.map(({ name }) => name),
    ...kinds,
    ...special,
    ...more,
    ...workspace.standing('deffunction').map(({ name }) => name),
    ...workspace.standing('deftemplate').map(({ name }) => name),
  ];
}

function names(before: string, workspace: Workspace): string[] {
  const kind = constructOf.exec(before)?.[1];
  const wanted = kinds.find((each) => each === `def${kind}`);
  if (wanted !== undefined) return workspace.standing(wanted).map(({ name }) => name);
  if (/\((?:matches|refresh)\s+$/.test(before)) return workspace.standing('defrule').map(({ name }) => name);
  return [
    ...workspace.standing('defglobal').map(({ name }) => `?*${name}*`),
    ...kinds.flatMap((each) => workspace.standing(each).map(({ name }) => name)),
  ];
}
