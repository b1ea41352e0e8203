import { createToken, Lexer, type IToken, type TokenType } from 'chevrotain';
import { quantityPattern } from './units.ts';

// The words of the language, as the scanner of CLIPS 6.30 cuts them: a symbol runs up to white space or one of " ( ) & | < ~ ;
// (a `<` may begin one). Names of constructs and conditions are symbols too, and mean something at the head of a form only.
// Not in CLIPS: numbers with units, `?_x`, and that typographic quotes are no part of a symbol.

const wordEnd = String.raw`\s\u0000-\u0020\u007F"()&|<~;\u201C\u201D\u201E`;
const word = `[^${wordEnd}]`;
/** A letter, `_`, or anything outside of ASCII that a word may hold. */
const nameStart = String.raw`[^${wordEnd}\u0021-\u0040\u005B-\u005E\u0060\u007B-\u007F]`;

function pattern(source: string): RegExp {
  return new RegExp(source);
}

export const Blank = createToken({
  name: 'Blank',
  pattern: /[\s\uFEFF]+/,
  group: Lexer.SKIPPED,
  line_breaks: true,
});
export const Comment = createToken({ name: 'Comment', pattern: /;[^\n]*/, group: Lexer.SKIPPED });

export const Text = createToken({
  name: 'Text',
  label: 'a string',
  pattern: /"(?:[^"\\]|\\[^])*"/,
  line_breaks: true,
});
export const Open = createToken({ name: 'Open', label: '`(`', pattern: /\(/ });
export const Close = createToken({ name: 'Close', label: '`)`', pattern: /\)/ });
export const And = createToken({ name: 'And', label: '`&`', pattern: /&/ });
export const Or = createToken({ name: 'Or', label: '`|`', pattern: /\|/ });
export const Not = createToken({ name: 'Not', label: '`~`', pattern: /~/ });

export const Symbol = createToken({
  name: 'Symbol',
  label: 'a name',
  pattern: pattern(`(?:[^${wordEnd}?$]|<|\\$)${word}*`),
});

export const Variable = createToken({
  name: 'Variable',
  label: 'a variable',
  pattern: pattern(String.raw`\?(?:${nameStart}|\*)${word}*`),
});
export const Global = createToken({
  name: 'Global',
  label: 'a global variable',
  pattern: pattern(String.raw`\$?\?\*${word}*\*`),
  longer_alt: Variable,
});
export const MultiVariable = createToken({
  name: 'MultiVariable',
  label: 'a multifield variable',
  pattern: pattern(String.raw`\$\?${nameStart}${word}*`),
});
export const MultiWildcard = createToken({ name: 'MultiWildcard', label: '`$?`', pattern: /\$\?/ });
export const Wildcard = createToken({ name: 'Wildcard', label: '`?`', pattern: /\?/ });

export const Quantity = createToken({
  name: 'Quantity',
  label: 'a number with a unit',
  pattern: quantityPattern,
  longer_alt: Symbol,
});
export const Float = createToken({
  name: 'Float',
  label: 'a float',
  pattern: /[+-]?(?:(?:\d+\.\d*|\.\d+)(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+)/,
  longer_alt: Symbol,
});
export const Integer = createToken({
  name: 'Integer',
  label: 'an integer',
  pattern: /[+-]?\d+/,
  longer_alt: Symbol,
});

function keyword(text: string, name = text): TokenType {
  return createToken({
    name: `'${name}'`,
    label: `\`${text}\``,
    pattern: text,
    longer_alt: Symbol,
    categories: [Symbol],
  });
}

export const Arrow = keyword('=>');
export const Gets = keyword('<-');
export const Equals = keyword('=');
export const Colon = keyword(':');

export const Deftemplate = keyword('deftemplate');
export const Deffacts = keyword('deffacts');
export const Defglobal = keyword('defglobal');
export const Deffunction = keyword('deffunction');
export const Defrule = keyword('defrule');
export const Defmodule = keyword('defmodule');

export const SlotWord = keyword('slot');
export const FieldWord = keyword('field');
export const MultislotWord = keyword('multislot');
export const MultifieldWord = keyword('multifield');

export const Declare = keyword('declare');
export const NotWord = keyword('not');
export const AndWord = keyword('and');
export const OrWord = keyword('or');
export const Exists = keyword('exists');
export const Forall = keyword('forall');
export const Test = keyword('test');
export const Logical = keyword('logical');
export const Best = keyword('best');

/** What makes a condition other than a pattern. */
export const conditionWords: ReadonlySet<TokenType> = new Set([
  NotWord,
  AndWord,
  OrWord,
  Exists,
  Forall,
  Test,
  Logical,
  Best,
]);

export const Assert = keyword('assert');
export const Modify = keyword('modify');
export const Duplicate = keyword('duplicate');
export const Bind = keyword('bind');
export const If = keyword('if');
export const Then = keyword('then');
export const Else = keyword('else');
export const While = keyword('while');
export const Do = keyword('do');
export const LoopForCount = keyword('loop-for-count');
export const Foreach = keyword('foreach');
export const Progn$ = keyword('progn$');
export const Switch = keyword('switch');
export const Case = keyword('case');
export const Default = keyword('default');
export const Return = keyword('return');
export const Break = keyword('break');
/** The six words of fact queries read alike. */
export const Query = createToken({
  name: "'query'",
  label: 'a fact query',
  pattern: /any-factp|find-fact|find-all-facts|do-for-fact|do-for-all-facts|delayed-do-for-all-facts/,
  longer_alt: Symbol,
  categories: [Symbol],
});

/** Every token type, in the order in which they are tried. */
export const allTokens: TokenType[] = [
  Blank,
  Comment,
  Text,
  Open,
  Close,
  And,
  Or,
  Not,
  Global,
  MultiVariable,
  MultiWildcard,
  Variable,
  Wildcard,
  Quantity,
  Float,
  Integer,
  Arrow,
  Gets,
  Equals,
  Colon,
  Query,
  Deftemplate,
  Deffacts,
  Defglobal,
  Deffunction,
  Defrule,
  Defmodule,
  SlotWord,
  FieldWord,
  MultislotWord,
  MultifieldWord,
  Declare,
  NotWord,
  AndWord,
  OrWord,
  Exists,
  Forall,
  Test,
  Logical,
  Best,
  Assert,
  Modify,
  Duplicate,
  Bind,
  If,
  Then,
  Else,
  While,
  Do,
  LoopForCount,
  Foreach,
  Progn$,
  Switch,
  Case,
  Default,
  Return,
  Break,
  Symbol,
];

/** A token as the keyword that it was meant to be. */
export function respelt(token: IToken, text: string): IToken {
  const type = allTokens.find(({ PATTERN }) => PATTERN === text);
  if (type?.tokenTypeIdx === undefined) throw new Error(`${text} is no keyword`);
  return { ...token, image: text, tokenType: type, tokenTypeIdx: type.tokenTypeIdx };
}

/** Cuts one piece of a file into tokens; offsets count from the start of the piece. The grammar needs the ends of tokens too. */
export const lexer = new Lexer(allTokens, { positionTracking: 'full', ensureOptimizations: false });

let plainLexer: Lexer | null = null;

/** The same without our units: in a CLIPS program `8g` is a symbol. */
export function clipsLexer(): Lexer {
  plainLexer ??= new Lexer(
    allTokens.filter((type) => type !== Quantity),
    { positionTracking: 'full', ensureOptimizations: false },
  );
  return plainLexer;
}
