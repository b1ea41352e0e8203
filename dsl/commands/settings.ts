import { strategies, type SalienceEvaluation, type Strategy } from '../../engine/session.ts';
import { FALSE, symbol, type Value } from '../../engine/value.ts';
import { command, nameOf, truth, type Command, type Console } from './command.ts';

const ANY = ['any'] as const;

/** Strategies that CLIPS knows, in the order in which it names them. */
const offered = ['depth', 'breadth', 'lex', 'mea', 'complexity', 'simplicity', 'random'];
const evaluations: readonly SalienceEvaluation[] = ['when-defined', 'when-activated', 'every-cycle'];

/** A setting that is on or off. */
interface Switch {
  readonly name: string;
  readonly comment: string;
  readonly get: (console: Console) => boolean;
  readonly set: (console: Console, isOn: boolean) => void;
}

/** What has a meaning here. */
const switches: readonly Switch[] = [
  {
    name: 'fact-duplication',
    comment: 'whether a fact may stand more than once',
    get: ({ session }) => session.factDuplication,
    set: ({ session }, isOn) => (session.factDuplication = isOn),
  },
  {
    name: 'reset-globals',
    comment: 'whether a reset sets globals anew',
    get: ({ session }) => session.resetsGlobals,
    set: ({ session }, isOn) => (session.resetsGlobals = isOn),
  },
  {
    name: 'dynamic-constraint-checking',
    comment: 'whether values are checked against their slots when facts are made',
    get: ({ session }) => session.dynamicConstraintChecking,
    set: ({ session }, isOn) => (session.dynamicConstraintChecking = isOn),
  },
  {
    name: 'static-constraint-checking',
    comment: 'whether literals are checked against their slots when constructs are defined',
    get: ({ workspace }) => workspace.checksLiterals,
    set: ({ workspace }, isOn) => (workspace.checksLiterals = isOn),
  },
  {
    name: 'auto-float-dividend',
    comment: 'whether `/` makes a float of two integers',
    get: ({ session }) => session.dividesAsFloats,
    set: ({ session }, isOn) => (session.dividesAsFloats = isOn),
  },
  {
    name: 'incremental-reset',
    comment: 'whether a new rule sees the facts that stand; it always does',
    get: () => true,
    set: ({ workspace, routers }, isOn) => {
      if (isOn) return;
      const why =
        workspace.standing('defrule').length > 0
          ? '[INCRRSET1] The incremental reset behavior cannot be changed with rules loaded.'
          : 'a new rule always sees the facts that stand: incremental reset stays on';
      routers.print(`${why}\n`);
    },
  },
  {
    name: 'beta-memory-resizing',
    comment:
      'whether tables of matches grow with what is in them; here they always do, so nothing else changes',
    get: ({ remembered }) => remembered.get('beta-memory-resizing') !== FALSE,
    set: ({ remembered }, isOn) => remembered.set('beta-memory-resizing', truth(isOn)),
  },
];

/** How rules are chosen, and what is checked. Each setting gives the value that it had before. */
export const settings: readonly Command[] = [
  command(
    'set-strategy',
    [1, 1],
    [['SYMBOL']],
    ['SYMBOL'],
    'chooses how activations of one salience are ordered',
    ([value], console) => {
      const { session } = console;
      const before = symbol(session.strategy);
      const chosen = strategies.find((each) => each === nameOf(value));
      if (chosen === undefined) refuse('set-strategy', offered, console);
      else session.strategy = chosen satisfies Strategy;
      return before;
    },
  ),
  command('get-strategy', [0, 0], [], ['SYMBOL'], 'how they are ordered', (_, { session }) =>
    symbol(session.strategy),
  ),
  command(
    'set-salience-evaluation',
    [1, 1],
    [['SYMBOL']],
    ['SYMBOL'],
    'chooses when saliences are evaluated',
    ([value], console) => {
      const { session } = console;
      const before = symbol(session.salienceEvaluation);
      const chosen = evaluations.find((each) => each === nameOf(value));
      if (chosen === undefined) refuse('set-salience-evaluation', evaluations, console);
      else session.salienceEvaluation = chosen;
      return before;
    },
  ),
  command('get-salience-evaluation', [0, 0], [], ['SYMBOL'], 'when they are', (_, { session }) =>
    symbol(session.salienceEvaluation),
  ),
  ...switches.flatMap(({ name, comment, get, set }) => [
    command(`set-${name}`, [1, 1], ANY, ['SYMBOL'], comment, ([value], console) => {
      const before = get(console);
      set(console, isTrue(value));
      return truth(before);
    }),
    command(`get-${name}`, [0, 0], [], ['SYMBOL'], comment, (_, console) => truth(get(console))),
  ]),
];

const isTrue = (value: Value | undefined): boolean => value !== FALSE;

/** Says which words a setting takes. */
function refuse(name: string, words: readonly string[], { routers }: Console): void {
  const last = words.at(-1) ?? '';
  routers.print(
    `[ARGACCES5] Function ${name} expected argument #1 to be of type symbol with value ${words.slice(0, -1).join(', ')}, or ${last}\n`,
  );
}
