import { NOTHING, Sym, type Value } from '../../engine/value.ts';
import { prettyModule } from '../pretty.ts';
import { clipsLexer } from '../tokens.ts';
import { command, nameOf, wrongType, type Command, type Console } from './command.ts';
import { totalLine } from './texts.ts';

/** Lists of modules; what asks for them and sets them are functions of the language. */
export const modules: readonly Command[] = [
  command('list-defmodules', [0, 0], [], 'nothing', 'lists the modules', (_, { session, routers }) => {
    const names = session.modules();
    for (const name of names) routers.print(`${name}\n`);
    routers.print(totalLine(names.length, 'defmodule'));
    return NOTHING;
  }),
  command(
    'ppdefmodule',
    [1, 1],
    [['SYMBOL']],
    'nothing',
    'shows a module as it was defined',
    ([value], { workspace, routers }) => {
      const found = workspace.find('defmodule', nameOf(value));
      if (found === null) routers.print(`[PRNTUTIL1] Unable to find defmodule ${nameOf(value)}.\n`);
      else if (found.node !== null) {
        const { tokens } = clipsLexer().tokenize(found.node.text);
        routers.print(`${prettyModule(tokens)}\n`);
      }
      return NOTHING;
    },
  ),
  command('list-focus-stack', [0, 0], [], 'nothing', 'lists them', (_, { session, routers }) => {
    for (const name of session.focusStack()) routers.print(`${name}\n`);
    return NOTHING;
  }),
];

/** Prints lines for one module, or for each of them under its name when `*` is asked for. Gives how many lines there were. */
export function byModule(
  wanted: string | null,
  { session, routers }: Console,
  lines: (module: string) => readonly string[],
): number {
  if (wanted !== '*') {
    const all = lines(wanted ?? session.currentModule);
    for (const line of all) routers.print(`${line}\n`);
    return all.length;
  }
  let count = 0;
  for (const module of session.modules()) {
    routers.print(`${module}:\n`);
    for (const line of lines(module)) {
      routers.print(`   ${line}\n`);
      count += 1;
    }
  }
  return count;
}

/** The module that a command is given: its name, `*` for all, null for none. Throws for one that there is not. */
export function moduleArgument(name: string, value: Value | undefined, { session }: Console): string | null {
  if (value === undefined) return null;
  const module = value instanceof Sym ? value.name : '';
  if (module !== '*' && session.module(module) === undefined) wrongType(name, 1, 'defmodule name');
  return module;
}
