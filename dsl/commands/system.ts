import { builtins } from '../../engine/functions/index.ts';
import type { FunctionSignature } from '../../engine/rule.ts';
import { NOTHING, symbol } from '../../engine/value.ts';
import { kinds } from '../forms.ts';
import { command, nameOf, wrongType, type Command, type Console } from './command.ts';

const NAME = [['SYMBOL'] as const];
const WORDS_BY_4_BYTES = 4;

/** What CLIPS calls the parts that can be left out when it is built, and whether they are here. */
const parts: readonly (readonly [what: string, isHere: boolean])[] = [
  ['Defrule construct is', true],
  ['Defmodule construct is', true],
  ['Deftemplate construct is', true],
  ['  Fact-set queries are', true],
  ['  Deffacts construct is', true],
  ['Defglobal construct is', true],
  ['Deffunction construct is', true],
  ['Defgeneric/Defmethod constructs are', false],
  ['Object System is', false],
  ['Extended math function package is', true],
  ['Text processing function package is', false],
  ['Bload capability is', false],
  ['Construct compiler is', false],
  ['I/O function package is', true],
  ['String function package is', true],
  ['Multifield function package is', true],
  ['Debugging function package is', true],
  ['Window Interface flag is', false],
  ['Developer flag is', false],
  ['Run time module is', false],
];

/** What there is to call, and what the program itself is made of and takes. */
export const system: readonly Command[] = [
  command('apropos', [1, 1], NAME, 'nothing', 'lists the names in which a text stands', ([text], console) => {
    const names = namesOf(console).filter((name) => name.includes(nameOf(text)));
    console.routers.print(names.map((name) => `${name}\n`).join(''));
    return NOTHING;
  }),
  command('get-function-list', [0, 0], [], 'multifield', 'the names of all functions', (_, { callable }) =>
    [...builtins.values(), ...callable].map(({ name }) => symbol(name)),
  ),
  command(
    'get-function-restrictions',
    [1, 1],
    NAME,
    ['STRING'],
    'least and most arguments of a function, and their types: `i` integer, `f` float, `n` number, `w` symbol, `s` string, `k` symbol or string, `m` multifield, `z` any single field, `u` any',
    ([value], { callable, routers }) => {
      const name = nameOf(value);
      const found = builtins.get(name) ?? callable.find((each) => each.name === name);
      if (found !== undefined) return restrictionsOf(found);
      routers.print(`[PRNTUTIL1] Unable to find function ${name}.\n`);
      return '';
    },
  ),
  command('options', [0, 0], [], 'nothing', 'lists which parts of CLIPS are here', (_, { routers }) => {
    const lines = parts.map(([what, isHere]) => `${what} ${isHere ? 'ON' : 'OFF'}\n`);
    routers.print(`Machine type: Generic \n${lines.join('')}`);
    return NOTHING;
  }),
  command('operating-system', [0, 0], [], ['SYMBOL'], 'UNKNOWN: a program does the same everywhere', () =>
    symbol('UNKNOWN'),
  ),
  command(
    'system',
    [1, null],
    [['SYMBOL', 'STRING']],
    'nothing',
    'would give a command to the operating system; it is refused',
    (_, { routers }) => {
      routers.print('System function not fully defined for this system.\n');
      return NOTHING;
    },
  ),
  command('mem-used', [0, 0], [], ['INTEGER'], 'bytes that facts and matches take', (_, { session }) => {
    return session.statistics().words * WORDS_BY_4_BYTES;
  }),
  command(
    'mem-requests',
    [0, 0],
    [],
    ['INTEGER'],
    'how many facts, matches and values stand',
    (_, { session }) => {
      const { facts, tokens, entries, supports, atoms } = session.statistics();
      return facts + tokens + entries + supports + atoms;
    },
  ),
  command(
    'release-mem',
    [0, 0],
    [],
    ['INTEGER'],
    'bytes that were given back: 0, since nothing is kept for later',
    () => 0,
  ),
  command(
    'conserve-mem',
    [1, 1],
    NAME,
    'nothing',
    '`on`: constructs defined from then on are not kept as text, so they are not shown or saved; `off`: they are',
    ([value], { workspace }) => {
      const word = nameOf(value);
      if (word !== 'on' && word !== 'off') return wrongType('conserve-mem', 1, 'symbol with value on or off');
      workspace.keepsText = word === 'off';
      return NOTHING;
    },
  ),
  command(
    'set-locale',
    [0, 1],
    [['STRING']],
    ['STRING'],
    'the locale of numbers, which is "C" whatever is set',
    () => 'C',
  ),
];

function namesOf({ callable, workspace }: Console): string[] {
  const names = [
    ...builtins.keys(),
    ...callable.map(({ name }) => name),
    ...kinds,
    ...kinds.flatMap((kind) => workspace.standing(kind).map(({ name }) => name)),
  ];
  return [...new Set(names)].toSorted((a, b) => (a < b ? -1 : 1));
}

/** A signature as CLIPS writes it: `2*n` is two numbers or more. */
function restrictionsOf({ arity: [least, most], parameters }: FunctionSignature): string {
  const count = `${least}${most ?? '*'}`;
  const letters = parameters.map(letterOf);
  const [first = ''] = letters;
  if (new Set(letters).size <= 1) return first === 'u' ? count : `${count}${first}`;
  return `${count}*${letters.join('')}`;
}

const lettersOfTypes: ReadonlyMap<string, string> = new Map([
  ['INTEGER', 'i'],
  ['FLOAT', 'f'],
  ['INTEGER FLOAT', 'n'],
  ['SYMBOL', 'w'],
  ['STRING', 's'],
  ['SYMBOL STRING', 'k'],
]);

function letterOf(parameter: FunctionSignature['parameters'][number]): string {
  if (parameter === 'multifield') return 'm';
  if (parameter === 'any') return 'u';
  return lettersOfTypes.get(parameter.join(' ')) ?? 'z';
}
