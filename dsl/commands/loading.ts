import { printed } from '../../engine/printed.ts';
import { FALSE, TRUE, type Value } from '../../engine/value.ts';
import { pretty } from './constructs.ts';
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
      withText('batch', values, console, (text, path) => {
        console.runQuietly(text, path);
        return TRUE;
      }),
  ),
  command(
    'save',
    [1, 1],
    FILE,
    ['SYMBOL'],
    'writes all constructs to a file, as they are shown',
    ([file = ''], console) => {
      const path = printed(file);
      if (console.routers.writeFile(path, saved(console))) return TRUE;
      console.routers.print(`[ARGACCES2] Function save was unable to open file ${path}.\n`);
      return FALSE;
    },
  ),
];

/** All constructs, functions declared before they are used, kind by kind. */
function saved({ workspace }: Console): string {
  const functions = workspace.standing('deffunction').map(({ name, module, node }) => {
    if (node?.kind !== 'deffunction') return '';
    const parameters = node.parameters.map(({ multi }, at) => (multi ? '$?wildargs' : `?p${at}`));
    return `(deffunction ${module}::${name} (${parameters.join(' ')}))\n\n`;
  });
  const constructs = savedKinds.flatMap((kind) =>
    workspace
      .standing(kind)
      .flatMap(({ module, node }) => (node === null ? [] : [`${pretty(node, module)}\n\n`])),
  );
  return [...functions, ...constructs].join('');
}

const savedKinds = ['defglobal', 'deftemplate', 'deffacts', 'deffunction', 'defrule'] as const;

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
