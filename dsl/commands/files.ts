import { printed } from '../../engine/printed.ts';
import { FALSE, Float, NOTHING, symbol, TRUE, type Value } from '../../engine/value.ts';
import type { FileMode } from '../routers.ts';
import { nextWord } from '../words.ts';
import { command, truth, wrongType, type Command, type Console } from './command.ts';

const NAME = ['SYMBOL', 'STRING', 'INTEGER', 'FLOAT'] as const;
const TEXT = ['SYMBOL', 'STRING'] as const;
const READ_ERROR = '*** READ ERROR ***';
const END_OF_FILE = symbol('EOF');

const modes: ReadonlyMap<string, FileMode> = new Map([
  ['r', 'r'],
  ['rb', 'r'],
  ['w', 'w'],
  ['wb', 'w'],
  ['a', 'a'],
  ['ab', 'a'],
]);

/** What opens, reads and closes files, and reads from the terminal. */
export const files: readonly Command[] = [
  command(
    'open',
    [2, 3],
    [TEXT, NAME, TEXT],
    ['SYMBOL'],
    'opens a file under a logical name, to read ("r"), to write ("w") or to append ("a")',
    ([file = '', name = '', mode = 'r'], { routers }) => {
      const known = modes.get(printed(mode));
      if (known === undefined) {
        routers.print(
          '[ARGACCES5] Function open expected argument #3 to be of type string with value "r", "w", "a", "rb", "wb", or "ab"\n',
        );
        return FALSE;
      }
      const logical = printed(name);
      if (routers.isTaken(logical)) {
        routers.print(`[IOFUN2] Logical name ${logical} already in use.\n`);
        return FALSE;
      }
      return truth(routers.open(logical, printed(file), known));
    },
  ),
  command('close', [0, 1], [NAME], ['SYMBOL'], 'closes a file, or all of them', ([name], { routers }) =>
    truth(routers.close(name === undefined ? null : printed(name))),
  ),
  command(
    'read',
    [0, 1],
    [NAME],
    'any',
    'the next word of a file, or the first one of the next line that is typed; the symbol EOF at the end',
    ([name], console) => {
      const from = source(name, console);
      if (from === null) return READ_ERROR;
      return from === 't' ? wordOfLine(console) : wordOfFile(from);
    },
  ),
  command(
    'read-number',
    [0, 1],
    [NAME],
    'any',
    'the next word, which has to be a number; the symbol EOF at the end',
    ([name], console) => {
      const from = source(name, console);
      if (from === null) return READ_ERROR;
      const word = from === 't' ? wordOfLine(console) : wordOfFile(from);
      const isNumber = typeof word === 'number' || typeof word === 'bigint' || word instanceof Float;
      return isNumber || word === END_OF_FILE ? word : READ_ERROR;
    },
  ),
  command(
    'readline',
    [0, 1],
    [NAME],
    'any',
    'the next line of a file, or the next one that is typed; the symbol EOF at the end',
    ([name], console) => {
      const from = source(name, console);
      if (from === null) return READ_ERROR;
      if (from === 't') return console.input.line() ?? END_OF_FILE;
      if (from.at >= from.text.length) return END_OF_FILE;
      const end = from.text.slice(from.at).search(/[\n\r]/);
      const line = end < 0 ? from.text.slice(from.at) : from.text.slice(from.at, from.at + end);
      from.at += line.length + 1;
      return line;
    },
  ),
  command(
    'get-char',
    [0, 1],
    [NAME],
    ['INTEGER'],
    'the code of the next character; -1 at the end',
    ([name], console) => {
      const from = source(name, console);
      if (from === null) return -1;
      if (from === 't') return console.input.next()?.codePointAt(0) ?? -1;
      const code = from.text.codePointAt(from.at);
      from.at += 1;
      return code ?? -1;
    },
  ),
  command(
    'put-char',
    [1, 2],
    [NAME, ['INTEGER', 'FLOAT']],
    'nothing',
    'writes the character of a code, to the terminal or under a logical name',
    ([name = '', code], { routers }) => {
      if (code === undefined) routers.write('t', characterOf(name, 1));
      else if (printed(name) === 'nil') routers.unknown('nil');
      else routers.write(printed(name), characterOf(code, 2));
      return NOTHING;
    },
  ),
  command('remove', [1, 1], [TEXT], ['SYMBOL'], 'deletes a file', ([file = ''], { routers }) =>
    truth(routers.remove(printed(file))),
  ),
  command(
    'rename',
    [2, 2],
    [TEXT],
    ['SYMBOL'],
    'gives a file another name',
    ([from = '', to = ''], { routers }) => truth(routers.rename(printed(from), printed(to))),
  ),
  command(
    'dribble-on',
    [1, 1],
    [TEXT],
    ['SYMBOL'],
    'everything that is shown and typed goes into a file too',
    ([file = ''], { routers }) => {
      const name = printed(file);
      if (routers.dribbleTo(name)) return TRUE;
      routers.print(`[ARGACCES2] Function dribble-on was unable to open file ${name}.\n`);
      return FALSE;
    },
  ),
  command('dribble-off', [0, 0], [], ['SYMBOL'], 'ends that', (_, { routers }) => {
    routers.dribbleOff();
    return TRUE;
  }),
];

/** The character of a code, as a byte has it. */
function characterOf(code: Value, at: number): string {
  const number = code instanceof Float ? Math.trunc(code.value) : code;
  if (typeof number !== 'number' && typeof number !== 'bigint') return wrongType('put-char', at, 'integer');
  return String.fromCharCode(Number(BigInt.asUintN(8, BigInt(number))));
}

/** Where a function reads: `t` for the terminal, a file, or null when nothing has the name, which is told. */
function source(
  name: Value | undefined,
  { routers }: Console,
): 't' | { readonly text: string; at: number } | null {
  const logical = name === undefined ? 't' : printed(name);
  if (logical === 't' || logical === 'stdin') return 't';
  const open = routers.reading(logical);
  if (open === null) routers.unknown(logical);
  return open;
}

/** The first word of the next line that has one. */
function wordOfLine({ input }: Console): Value {
  for (let line = input.line(); line !== null; line = input.line()) {
    const found = nextWord(line, 0);
    if (found !== null) return found.value;
  }
  return END_OF_FILE;
}

function wordOfFile(from: { readonly text: string; at: number }): Value {
  const found = nextWord(from.text, from.at);
  from.at = found?.end ?? from.text.length;
  return found?.value ?? END_OF_FILE;
}
