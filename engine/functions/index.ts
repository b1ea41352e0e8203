import { builtin, SYMBOL, truth, type Builtin } from './builtin.ts';
import { control, factFunctions } from './facts.ts';
import { math } from './math.ts';
import { moduleFunctions } from './modules.ts';
import { multifields } from './multifields.ts';
import { underOldNames } from './old-names.ts';
import { predicates } from './predicates.ts';
import { strings } from './strings.ts';
import { templateFunctions } from './templates.ts';
import { argument } from './builtin.ts';
import { FALSE } from '../value.ts';

// `compile.ts` evaluates these only as far as needed; as functions of values they serve `funcall`.
const connectives: readonly Builtin[] = [
  builtin(
    'and',
    [2, null],
    ['any'],
    SYMBOL,
    'true when no argument is FALSE; stops at the first that is',
    (values) => truth(values.every((value) => value !== FALSE)),
  ),
  builtin(
    'or',
    [2, null],
    ['any'],
    SYMBOL,
    'true when an argument is not FALSE; stops at the first that is not',
    (values) => truth(values.some((value) => value !== FALSE)),
  ),
  builtin('not', [1, 1], ['any'], SYMBOL, 'true for FALSE', (values) => truth(argument(values, 0) === FALSE)),
  builtin(
    'progn',
    [0, null],
    ['any'],
    'any',
    'the last of its arguments',
    (values) => values.at(-1) ?? FALSE,
  ),
];

const named: readonly Builtin[] = [
  ...connectives,
  ...predicates,
  ...math,
  ...multifields,
  ...strings,
  ...factFunctions,
  ...templateFunctions,
  ...moduleFunctions,
  ...control,
];

/** Every function of the language by name, with its signature: the checker reads names, arity, types and purity here. */
export const builtins: ReadonlyMap<string, Builtin> = new Map(
  [...named, ...underOldNames(named)].map((each) => [each.name, each]),
);
