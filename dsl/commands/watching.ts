import { keyOf } from '../../engine/rule.ts';
import { FALSE, NOTHING, Sym, type Value } from '../../engine/value.ts';
import { watchable, watchedKinds, type Watchable } from '../watches.ts';
import { command, nameOf, truth, wrongType, type Command, type Console } from './command.ts';
import type { Standing } from '../workspace.ts';
import { byModule } from './modules.ts';

const WORD = [['SYMBOL'] as const];

/** What is told of while it happens. */
export const watching: readonly Command[] = [
  command(
    'watch',
    [1, null],
    WORD,
    'nothing',
    'tells of facts, rules, activations, … while they happen',
    (values, console) => set('watch', values, console, true),
  ),
  command('unwatch', [1, null], WORD, 'nothing', 'tells no more of it', (values, console) =>
    set('unwatch', values, console, false),
  ),
  command('get-watch-item', [1, 1], WORD, ['SYMBOL'], 'whether something is watched', ([value], console) => {
    const item = itemOf('get-watch-item', value, console);
    return item === null || item === 'all' ? FALSE : truth(console.watches.has(item));
  }),
  command(
    'list-watch-items',
    [0, null],
    WORD,
    'nothing',
    'lists what is watched',
    ([value, ...names], console) => {
      if (value === undefined) {
        for (const item of watchable)
          console.routers.print(`${stateLine(item, console.watches.has(item))}\n`);
        return NOTHING;
      }
      const item = itemOf('list-watch-items', value, console);
      if (item !== null && item !== 'all') listFor(item, names, console);
      return NOTHING;
    },
  ),
];

function set(name: string, [first, ...rest]: readonly Value[], console: Console, isWatched: boolean): Value {
  const item = itemOf(name, first, console);
  if (item === null) return NOTHING;
  const { watches, workspace, routers } = console;
  if (item === 'all') {
    for (const each of watchable) watches.set(each, isWatched);
    return NOTHING;
  }
  const kind = watchedKinds[item];
  if (rest.length === 0 || kind === undefined) {
    watches.set(item, isWatched);
    return NOTHING;
  }
  for (const [at, value] of rest.entries()) {
    const found = workspace.find(kind, nameOf(value));
    if (found === null) {
      routers.print(`[ARGACCES5] Function ${name} expected argument #${at + 2} to be of type ${kind}\n`);
      return NOTHING;
    }
    watches.setFor(item, keyOf(found), isWatched);
  }
  return NOTHING;
}

function itemOf(name: string, value: Value | undefined, { routers }: Console): Watchable | 'all' | null {
  const word = value instanceof Sym ? value.name : '';
  if (word === 'all') return word;
  const item = watchable.find((each) => each === word);
  if (item === undefined)
    routers.print(`[ARGACCES5] Function ${name} expected argument #1 to be of type watchable symbol\n`);
  return item ?? null;
}

/** The item, and each construct that it is watched for, or those that are named. */
function listFor(item: Watchable, names: readonly Value[], console: Console): void {
  const { watches, workspace, routers } = console;
  routers.print(`${stateLine(item, watches.has(item))}\n`);
  const kind = watchedKinds[item];
  if (kind === undefined) return;
  // CLIPS 6.30 shows for each rule whether its activations are watched, here too.
  const shown = item === 'rules' ? 'activations' : item;
  const lineOf = (each: Standing): string => stateLine(each.name, watches.hasFor(shown, keyOf(each)));
  if (names.length === 0) {
    byModule('*', console, (module) => workspace.standing(kind, module).map(lineOf));
    return;
  }
  for (const [at, name] of names.entries()) {
    const found = workspace.find(kind, nameOf(name));
    if (found === null) wrongType('list-watch-items', at + 2, kind);
    routers.print(`${lineOf(found)}\n`);
  }
}

const stateLine = (name: string, isWatched: boolean): string => `${name} = ${isWatched ? 'on' : 'off'}`;
