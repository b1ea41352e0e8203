import { exponentialText, fixedText, generalText, printed } from '../printed.ts';
import { FALSE, Float, NOTHING, Sym, symbol, type Value } from '../value.ts';
import {
  argument,
  builtin,
  characters,
  field,
  FIELD,
  index,
  INTEGER,
  LEXEME,
  lexeme,
  RuleError,
  STRING,
  SYMBOL,
  type Builtin,
  numeric,
  integer,
} from './builtin.ts';
import { fieldsOf } from './fields.ts';
import { integerOf } from './integers.ts';

/** Text. Positions count characters from 1. */
export const strings: readonly Builtin[] = [
  builtin(
    'str-cat',
    [0, null],
    [FIELD],
    STRING,
    'the values printed one behind the other, as a string',
    (values) => joined('str-cat', values),
  ),
  builtin(
    'sym-cat',
    [0, null],
    [FIELD],
    SYMBOL,
    'the values printed one behind the other, as a symbol',
    (values) => symbol(joined('sym-cat', values)),
  ),
  builtin(
    'str-length',
    [1, 1],
    [LEXEME],
    INTEGER,
    'how many characters there are',
    (values) => characters(lexeme('str-length', values, 0)).length,
  ),
  builtin(
    'sub-string',
    [3, 3],
    [INTEGER, INTEGER, LEXEME],
    STRING,
    'the characters from one position to another',
    (values) => {
      const from = Math.max(index('sub-string', values, 0), 1);
      return characters(lexeme('sub-string', values, 2))
        .slice(from - 1, Math.max(index('sub-string', values, 1), 0))
        .join('');
    },
  ),
  builtin(
    'str-index',
    [2, 2],
    [LEXEME],
    'any',
    'where the first text stands in the second; FALSE when it does not',
    (values) => {
      const text = lexeme('str-index', values, 1);
      const sought = lexeme('str-index', values, 0);
      // As in CLIPS, the empty text stands behind the last character.
      const at = sought === '' ? text.length : text.indexOf(sought);
      return at < 0 ? FALSE : characters(text.slice(0, at)).length + 1;
    },
  ),
  builtin(
    'str-compare',
    [2, 3],
    [LEXEME, LEXEME, INTEGER],
    INTEGER,
    'negative, 0 or positive: how the texts stand to each other',
    (values) => {
      // As in C: the count has 32 bits, and a negative one is no bound.
      const count =
        values.length > 2 ? Number(BigInt.asIntN(32, BigInt(integer('str-compare', values, 2)))) : -1;
      const end = count < 0 ? undefined : count;
      const a = lexeme('str-compare', values, 0).slice(0, end);
      const b = lexeme('str-compare', values, 1).slice(0, end);
      return a < b ? -1 : a > b ? 1 : 0;
    },
  ),
  cased('upcase', 'the text in capitals', (text) => text.toUpperCase()),
  cased('lowcase', 'the text in small letters', (text) => text.toLowerCase()),
  builtin(
    'string-to-field',
    [1, 1],
    [LEXEME],
    'any',
    'the first field that a text holds; the symbol EOF when there is none',
    (values) => fieldsOf(lexeme('string-to-field', values, 0))[0] ?? symbol('EOF'),
  ),
  builtin(
    'format',
    [2, null],
    [FIELD, STRING, 'any'],
    STRING,
    'text made by a pattern (%d %f %e %g %s %c %o %x %n %r %%), written and returned; `nil` only returns it',
    (values, services) => {
      const router = printed(field('format', argument(values, 0), 0));
      const text = formatted(lexeme('format', values, 1), values.slice(2));
      services.write(router, text);
      return text;
    },
    'console',
  ),
  builtin(
    'printout',
    [1, null],
    [SYMBOL, 'any'],
    'nothing',
    'writes the values; crlf, tab, vtab and ff are spacing',
    (values, services) => {
      const router = printed(argument(values, 0));
      services.write(router, values.slice(1).map(spaced).join(''));
      return NOTHING;
    },
    'console',
  ),
];

function joined(name: string, values: readonly Value[]): string {
  return values.map((value, at) => printed(field(name, value, at))).join('');
}

const SPACING = new Map([
  ['crlf', '\n'],
  ['tab', '\t'],
  ['vtab', '\v'],
  ['ff', '\f'],
]);

const spaced = (value: Value): string =>
  value === NOTHING ? '' : value instanceof Sym ? (SPACING.get(value.name) ?? value.name) : printed(value);

function cased(name: string, comment: string, change: (text: string) => string): Builtin {
  return builtin(name, [1, 1], [LEXEME], LEXEME, comment, (values) => {
    const changed = change(lexeme(name, values, 0));
    return argument(values, 0) instanceof Sym ? symbol(changed) : changed;
  });
}

const DIRECTIVE = /%(-?)(0?)(\d*)(?:\.(\d+))?([a-zA-Z%+# ])/g;

/** Directives that stand for a character, and take no value. */
const CHARACTERS = new Map([
  ['%', '%'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['v', '\v'],
]);

/** C's printf for the directives that the language has. */
function formatted(pattern: string, values: readonly Value[]): string {
  let at = 0;
  const written = pattern.replace(
    DIRECTIVE,
    (_, left: string, zero: string, width: string, digits: string | undefined, kind: string) => {
      const character = CHARACTERS.get(kind);
      if (character !== undefined) return character;
      if (at >= values.length) throw new RuleError(`\`format\` has no value for %${kind}`);
      const text = directive(kind, values, at, digits === undefined ? null : Number(digits));
      at += 1;
      if (left !== '') return text.padEnd(Number(width));
      // As in C, a count of digits leaves no room for zeros of the width.
      const isFilled =
        zero !== '' && !'sc'.includes(kind) && !('dxou'.includes(kind) && digits !== undefined);
      if (!isFilled) return text.padStart(Number(width));
      const sign = text.startsWith('-') ? '-' : '';
      return sign + text.slice(sign.length).padStart(Number(width) - sign.length, '0');
    },
  );
  if (at < values.length) throw new RuleError(`\`format\` is given ${values.length} values for ${at}`);
  return written;
}

function directive(kind: string, values: readonly Value[], at: number, digits: number | null): string {
  const value = argument(values, at);
  switch (kind) {
    case 'd':
      return withDigits(String(whole(values, at)), digits);
    case 'x':
    case 'o':
    case 'u': {
      const radix = { x: 16, o: 8, u: 10 }[kind];
      return withDigits(BigInt.asUintN(64, BigInt(whole(values, at))).toString(radix), digits);
    }
    case 'f':
      return fixedText(double(values, at), digits ?? 6);
    case 'e':
      return exponential(double(values, at), digits ?? 6);
    case 'g':
      return generalText(double(values, at), digits ?? 6);
    case 's':
      return lexeme('format', [value], 0).slice(0, digits ?? undefined);
    case 'c':
      return typeof value === 'number' ? characterOf(value) : lexeme('format', [value], 0).slice(0, 1);
    default:
      throw new RuleError(`\`format\` does not know %${kind}`);
  }
}

/** An integer with so many digits at least; none for 0 when none are asked for, as in C. */
function withDigits(text: string, digits: number | null): string {
  if (digits === 0 && text === '0') return '';
  const sign = text.startsWith('-') ? '-' : '';
  return sign + text.slice(sign.length).padStart(digits ?? 0, '0');
}

function characterOf(code: number): string {
  if (code >= 0 && code <= 0x10ffff) return String.fromCodePoint(code);
  throw new RuleError(`\`format\` knows no character ${code}`);
}

function whole(values: readonly Value[], at: number): number | bigint {
  const number = numeric('format', values, at);
  return number instanceof Float ? integerOf(number.value) : number;
}

function double(values: readonly Value[], at: number): number {
  const number = numeric('format', values, at);
  return number instanceof Float ? number.value : Number(number);
}

/** C writes two digits of exponent at least. */
const exponential = (value: number, digits: number): string =>
  exponentialText(value, digits).replace(/e([+-])(\d)$/, 'e$10$2');
