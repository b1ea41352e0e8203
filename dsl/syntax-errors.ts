import type { IToken } from 'chevrotain';
import { error, type Diagnostic, type Span } from './diagnostic.ts';
import { found } from './expectations.ts';
import { isWord, kinds } from './forms.ts';
import { constructsNotYet, functionsNotYet, insteadOf } from './not-yet.ts';
import { depthMax, type Piece } from './reader.ts';
import type { Source } from './source.ts';
import { didYouMean, listed } from './suggest.ts';
import * as t from './tokens.ts';

// What can be wrong with the form of a text: the codes DSL1xxx.

type Form = Extract<Piece, { kind: 'form' }>;

/** Where a phrase stops to be one, and what was expected there instead. */
export interface Failure {
  readonly message: string;
  readonly token: IToken;
}

/** DSL1001: points at what was left open, which is seldom where the text ends. */
export function leftOpen(source: Source, { start, end, open }: Form, tokens: readonly IToken[]): Diagnostic {
  const title = tokens.slice(1, 3);
  const last = title.at(-1);
  const titleEnd = last === undefined ? start + 1 : start + last.startOffset + last.image.length;
  const isAtEnd = end >= source.contentEnd;
  const where = isAtEnd
    ? 'the end of the file'
    : `line ${source.span(end, end).line}, where the next construct begins`;
  const words = title.map((token) => token.image).join(' ');
  return error('DSL1001', source.span(start, titleEnd), `\`(${words}\` is not closed`, {
    help: `${open === 1 ? 'a `)` is' : `${open} closing parentheses are`} missing before ${where}`,
  });
}

/** DSL1002: only constructs stand at the top of a file. */
export function strayText(source: Source, { start, end }: Piece): Diagnostic {
  const isClose = /^[\s)]+$/.test(source.text.slice(start, end));
  return error(
    'DSL1002',
    source.span(start, end),
    isClose ? '`)` closes nothing' : 'text between constructs',
    {
      help: isClose ? 'the construct above is closed already' : 'put `;` before it to make it a comment',
    },
  );
}

/** DSL1003 and DSL1004: a form at the top of a file that is no construct, or one that this language does not have. */
export function unknownConstruct(source: Source, { start, end }: Form, head: IToken | undefined): Diagnostic {
  if (head === undefined || head.tokenType === t.Close) {
    return error('DSL1003', source.span(start, Math.min(end, start + 1)), 'a form without a name', {
      help: `constructs are ${listed(kinds)}`,
    });
  }
  const span = source.span(start + head.startOffset, start + head.startOffset + head.image.length);
  if (constructsNotYet.has(head.image)) {
    return error('DSL1004', span, `\`${head.image}\` of CLIPS is not part of this language`, {
      help: insteadOf(head.image),
    });
  }
  return error('DSL1003', span, `there is no construct ${found(head)}`, {
    help: innerWords.has(head.image)
      ? 'it belongs into a construct: a `)` before it may be one too many'
      : (didYouMean(head.image, kinds) ?? `constructs are ${listed(kinds)}`),
  });
}

/** Words that stand inside of constructs: met outside, the construct before them was closed too early. */
const innerWords: ReadonlySet<string> = new Set([
  'slot',
  'multislot',
  'declare',
  'assert',
  'retract',
  'modify',
  'bind',
  'if',
  'test',
  'not',
  'exists',
]);

/** DSL1005: a string without its second quote. */
export function openString(source: Source, offset: number): Diagnostic {
  const end = source.text.indexOf('\n', offset);
  const line = source.text.slice(offset, end < 0 ? undefined : end).trimEnd();
  return error('DSL1005', source.span(offset, offset + line.length), 'the string is not closed', {
    help: String.raw`end it with ` + '`"`' + String.raw`; a quote inside of a string is written ` + '`\\"`',
  });
}

/** DSL1006: not what the grammar expects; DSL1004 when that is within a call of what this language does not have. */
export function unexpected(
  failure: Failure,
  tokens: readonly IToken[],
  spanOf: (token: IToken) => Span,
): Diagnostic {
  const head = enclosingHeads(tokens, failure.token).find(({ image }) => functionsNotYet.has(image));
  if (head !== undefined) {
    return error('DSL1004', spanOf(head), `\`${head.image}\` of CLIPS is not part of this language`, {
      help: insteadOf(head.image),
    });
  }
  return error('DSL1006', spanOf(failure.token), failure.message, { help: adviceOn(failure, tokens) });
}

/** The first words of the forms that a token stands in, from the inside out. */
function enclosingHeads(tokens: readonly IToken[], token: IToken): IToken[] {
  const heads: IToken[] = [];
  let depth = 0;
  for (let at = tokens.indexOf(token) - 1; at >= 0; at--) {
    const type = tokens[at]?.tokenType;
    if (type === t.Close) depth++;
    else if (type === t.Open && depth > 0) depth--;
    else if (type === t.Open) {
      const head = tokens[at + 1];
      if (head !== undefined) heads.push(head);
    }
  }
  return heads;
}

/** DSL1007: what no word may hold. */
export function strangeCharacter(source: Source, offset: number): Diagnostic {
  const character = String.fromCodePoint(source.text.codePointAt(offset) ?? 0);
  const isQuote = /[\u201C-\u201E]/.test(character);
  const number = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  const shown = isQuote || character === '"' ? character : `U+${number}`;
  return error(
    'DSL1007',
    source.span(offset, offset + character.length),
    `the character \`${shown}\` does not belong here`,
    {
      help: isQuote ? 'strings stand between straight quotes: `"`' : 'delete it',
    },
  );
}

/** DSL1008: the rest of the compiler walks by recursion. */
export function tooDeep(source: Source, offset: number): Diagnostic {
  return error('DSL1008', source.span(offset, offset + 1), `parentheses nest deeper than ${depthMax}`, {
    help: 'give the inner part a `deffunction` or a rule of its own',
  });
}

/** DSL1010: conditions without actions; `tokens` are those of the rule. */
export function missingArrow(tokens: readonly IToken[], spanOf: (token: IToken) => Span): Diagnostic {
  const [open, keyword, name] = tokens;
  const misspelt = tokens.find(({ image }) => arrowLike.has(image));
  const place = misspelt ?? name ?? keyword ?? open;
  if (place === undefined) throw new Error('a rule without words');
  const span = spanOf(place);
  if (misspelt !== undefined) {
    return error('DSL1010', span, 'the rule has no `=>`', {
      help: `write \`=>\` in place of \`${misspelt.image}\``,
    });
  }
  const action = tokens.find(
    ({ image }, index) => actionWords.has(image) && tokens[index - 1]?.tokenType === t.Open,
  );
  return error('DSL1010', span, 'the rule has no `=>`', {
    help:
      action === undefined
        ? 'conditions stand before `=>`, actions behind it'
        : `put \`=>\` before \`(${action.image} …)\``,
  });
}

const arrowLike: ReadonlySet<string> = new Set(['->', '-->', '==>', '=>>', '>>', '\u2192', '\u21D2']);

/** Words at the head of an action, for rules that forgot their arrow. */
const actionWords: ReadonlySet<string> = new Set([
  'assert',
  'retract',
  'modify',
  'duplicate',
  'bind',
  'if',
  'printout',
]);

/** What to do about it, for the slips that are common. */
function adviceOn({ token, message }: Failure, tokens: readonly IToken[]): string | null {
  const { image, tokenType } = token;
  const before = tokens[tokens.indexOf(token) - 1];
  if (tokenType === t.Arrow) {
    const [inner, outer] = enclosingHeads(tokens, token);
    return outer === undefined
      ? 'a rule has one `=>`, between its conditions and its actions'
      : `\`(${inner?.image ?? ''}\` is still open here`;
  }
  if (isWord(token)) {
    if (message.startsWith('expected an action')) return `actions stand in parentheses: \`(${image} …)\``;
    if (message.startsWith('expected the variable')) return `a variable begins with \`?\`: \`?${image}\``;
  }
  if (message.startsWith("expected the rule's name")) {
    return 'a rule is `(defrule name (conditions …) => (actions …))`';
  }
  if (message.startsWith('expected `then`')) return 'an `if` is `(if test then actions … else actions …)`';
  if (tokenType === t.Variable && image.startsWith('?*')) return 'a global variable ends in `*` too';
  if (before?.image.startsWith('*') === true) return 'a global variable is written `?*name*`';
  if (tokenType === t.And || tokenType === t.Or) {
    return `\`${image}\` joins constraints of one field, slots stand side by side: \`(status ready${image}off)\``;
  }
  if (before?.tokenType === t.Not) return '`~` stands before what the field must not be: `?x&~red`';
  if (before?.tokenType === t.And || before?.tokenType === t.Or) {
    return `\`${before.image}\` joins constraints of one field: \`?x${before.image}~red\``;
  }
  return null;
}
