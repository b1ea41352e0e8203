import { printed } from '../../engine/printed.ts';
import { FALSE, TRUE, type Value } from '../../engine/value.ts';
import { command, truth, type Command, type Console } from './command.ts';

const FILE = [['SYMBOL', 'STRING'] as const];

/** What takes constructs and commands from files. */
export const loading: readonly Command[] = [
  command(
    'load',
    [1, 1],
    FILE,
    ['SYMBOL'],
    'defines the constructs of a file, and shows each',
    (values, console) =>
      withText('load', values, console, (text, name) => truth(console.load(text, name, true))),
  ),
  command('load*', [1, 1], FILE, ['SYMBOL'], 'defines the constructs of a file', (values, console) =>
    withText('load*', values, console, (text, name) => truth(console.load(text, name, false))),
  ),
  command(
    'batch',
    [1, 1],
    FILE,
    ['SYMBOL'],
    'takes what is in a file as if it was typed',
    (values, console) =>
      withText('batch', values, console, (text) => {
        console.input.batch(text);
        return TRUE;
      }),
  ),
  command(
    'batch*',
    [1, 1],
    FILE,
    ['SYMBOL'],
    'runs the commands of a file without showing them',
    (values, console) =>
      withText('batch', values, console, (text) => {
        console.runQuietly(text);
        return TRUE;
      }),
  ),
];

function withText(
  name: string,
  [file = '']: readonly Value[],
  { routers }: Console,
  work: (text: string, file: string) => Value,
): Value {
  const path = printed(file);
  const text = routers.readFile(path);
  if (text !== null) return work(text, path);
  routers.print(`[ARGACCES2] Function ${name} was unable to open file ${path}.\n`);
  return FALSE;
}
