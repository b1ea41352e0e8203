import { FALSE, NOTHING, Sym, symbol, TRUE, type Value } from '../../engine/value.ts';
import { command, nameOf, wrongType, type Command, type Console } from './command.ts';
import { totalLine } from './texts.ts';

const NAME = [['SYMBOL'] as const];

/** Modules and the stack of focuses. */
export const modules: readonly Command[] = [
  command('list-defmodules', [0, 0], [], 'nothing', 'lists the modules', (_, { session, routers }) => {
    const names = session.modules();
    for (const name of names) routers.print(`${name}\n`);
    routers.print(totalLine(names.length, 'defmodule'));
    return NOTHING;
  }),
  command('get-defmodule-list', [0, 0], [], 'multifield', 'the names of all modules', (_, { session }) =>
    session.modules().map((name) => symbol(name)),
  ),
  command(
    'get-current-module',
    [0, 0],
    [],
    ['SYMBOL'],
    'the module that names without one belong to',
    (_, { session }) => symbol(session.currentModule),
  ),
  command(
    'set-current-module',
    [1, 1],
    NAME,
    ['SYMBOL'],
    'chooses it; the one before is the value',
    ([name], console) => {
      const before = symbol(console.session.currentModule);
      const chosen = nameOf(name);
      if (console.session.module(chosen) === undefined) wrongType('set-current-module', 1, 'defmodule name');
      console.session.currentModule = chosen;
      return before;
    },
  ),
  command(
    'focus',
    [1, null],
    NAME,
    ['SYMBOL'],
    'gives modules the focus, the first one on top',
    (values, console) => {
      const names = values.map((value) => nameOf(value));
      for (const [at, name] of names.entries())
        if (console.session.module(name) === undefined) wrongType('focus', at + 1, 'defmodule name');
      console.session.focus(...names);
      return TRUE;
    },
  ),
  command(
    'pop-focus',
    [0, 0],
    [],
    ['SYMBOL'],
    'takes the focus from the module that has it',
    (_, { session }) => {
      const top = session.popFocus();
      return top === null ? FALSE : symbol(top);
    },
  ),
  command('get-focus', [0, 0], [], ['SYMBOL'], 'the module with the focus; FALSE: none', (_, { session }) => {
    const [top] = session.focusStack();
    return top === undefined ? FALSE : symbol(top);
  }),
  command(
    'get-focus-stack',
    [0, 0],
    [],
    'multifield',
    'all modules with a focus, the top first',
    (_, { session }) => session.focusStack().map((name) => symbol(name)),
  ),
  command('list-focus-stack', [0, 0], [], 'nothing', 'lists them', (_, { session, routers }) => {
    for (const name of session.focusStack()) routers.print(`${name}\n`);
    return NOTHING;
  }),
  command('clear-focus-stack', [0, 0], [], 'nothing', 'no module has the focus', (_, { session }) => {
    session.clearFocus();
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
