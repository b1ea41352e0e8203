import { NOTHING, Sym, type Value } from '../../engine/value.ts';
import { watchable } from '../watches.ts';
import { command, type Command, type Console } from './command.ts';

/** What is told of while it happens. */
export const watching: readonly Command[] = [
  command('watch', [1, null], [['SYMBOL']], 'nothing', 'tells of facts, rules, …', (values, console) =>
    set(values, console, true),
  ),
  command('unwatch', [1, null], [['SYMBOL']], 'nothing', 'tells no more of it', (values, console) =>
    set(values, console, false),
  ),
];

function set([what]: readonly Value[], { watches }: Console, isWatched: boolean): Value {
  const name = what instanceof Sym ? what.name : '';
  for (const item of watchable) if (name === item || name === 'all') watches.set(item, isWatched);
  return NOTHING;
}
