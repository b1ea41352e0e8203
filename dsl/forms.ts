import type { CstNode, IToken } from 'chevrotain';
import type { ConstructNode } from './ast.ts';
import type { Grammar } from './grammar.ts';
import * as t from './tokens.ts';
import { unreachable } from './unreachable.ts';

// A construct as a row of forms: where each begins and ends, and which phrase of the grammar it has to be by its place.

export type Kind = ConstructNode['kind'];

export const kinds: readonly Kind[] = [
  'deftemplate',
  'deffacts',
  'defglobal',
  'deffunction',
  'defrule',
  'defmodule',
];

/** What a form of a construct may be. */
export type Phrase =
  | 'slotDefinition'
  | 'fact'
  | 'parameters'
  | 'body'
  | 'declaration'
  | 'condition'
  | 'action'
  | 'globalDefinition'
  | 'attribute';

/** Tokens of a construct that belong together: one form, with what is directly before it (`?f <-`). */
export interface Chunk {
  readonly phrase: Phrase;
  readonly tokens: readonly IToken[];
  /** What stands behind it. */
  readonly next: IToken | null;
}

/** Good forms of a construct, by phrase, and whether there are only good ones. */
export class Forms {
  readonly byPhrase = new Map<Phrase, CstNode[]>();
  broken = false;
  /** What the bad forms consist of. */
  readonly failed: IToken[] = [];

  of(phrase: Phrase): readonly CstNode[] {
    return this.byPhrase.get(phrase) ?? [];
  }

  add(phrase: Phrase, node: CstNode): void {
    this.byPhrase.set(phrase, [...this.of(phrase), node]);
  }
}

/** Recognises a row of tokens as a phrase. */
export function invoke(parser: Grammar, phrase: Kind | Phrase): CstNode {
  switch (phrase) {
    case 'deftemplate':
      return parser.deftemplate();
    case 'deffacts':
      return parser.deffacts();
    case 'defglobal':
      return parser.defglobal();
    case 'deffunction':
      return parser.deffunction();
    case 'defrule':
      return parser.defrule();
    case 'defmodule':
      return parser.defmodule();
    case 'attribute':
      return parser.attribute();
    case 'slotDefinition':
      return parser.slotDefinition();
    case 'fact':
      return parser.fact();
    case 'parameters':
      return parser.parameters();
    case 'body':
      return parser.body();
    case 'declaration':
      return parser.declaration();
    case 'condition':
      return parser.condition();
    case 'action':
      return parser.action();
    case 'globalDefinition':
      return parser.globalDefinition();
    default:
      return unreachable(phrase);
  }
}

const collected: readonly Phrase[] = [
  'slotDefinition',
  'fact',
  'parameters',
  'body',
  'declaration',
  'condition',
  'action',
  'globalDefinition',
  'attribute',
];

/** Sorts the forms of a whole construct by phrase. */
export function collect(forms: Forms, whole: CstNode): void {
  for (const phrase of collected) {
    for (const child of whole.children[phrase] ?? []) if ('children' in child) forms.add(phrase, child);
  }
}

/** The forms directly inside of a construct, each with the phrase that it has to be by its place. */
export function chunks(kind: Kind, tokens: readonly IToken[]): Chunk[] {
  const cut: Chunk[] = [];
  let current: IToken[] = [];
  let depth = 0;
  let isBehindArrow = false;
  const finish = (next: IToken | undefined): void => {
    const head = current[current.findIndex(({ tokenType }) => tokenType === t.Open) + 1];
    cut.push({
      phrase: phraseOf(kind, cut.length, head, isBehindArrow),
      tokens: current,
      next: next ?? null,
    });
    current = [];
  };
  // The name and the comment are no forms; what else stands loose belongs to the form behind it.
  const name = tokens[2];
  const first = kind !== 'defglobal' && name !== undefined && isWord(name) ? 3 : 2;
  for (const [index, token] of tokens.entries()) {
    if (index < first || index === tokens.length - 1) continue;
    const { tokenType } = token;
    if (depth === 0 && tokenType === t.Arrow) {
      isBehindArrow = true;
      current = [];
      continue;
    }
    if (kind === 'defglobal') {
      if (depth === 0 && tokenType === t.Global && current.length > 2) finish(token);
    } else if (depth === 0 && tokenType === t.Text) continue;
    current.push(token);
    if (tokenType === t.Open) depth++;
    if (tokenType === t.Close) depth--;
    if (depth === 0 && tokenType === t.Close && kind !== 'defglobal') finish(tokens[index + 1]);
  }
  if (kind === 'defglobal' && current.length > 0) finish(tokens.at(-1));
  return cut;
}

function phraseOf(kind: Kind, index: number, head: IToken | undefined, isBehindArrow: boolean): Phrase {
  switch (kind) {
    case 'deftemplate':
      return 'slotDefinition';
    case 'deffacts':
      return 'fact';
    case 'defglobal':
      return 'globalDefinition';
    case 'deffunction':
      return index === 0 ? 'parameters' : 'body';
    case 'defmodule':
      return 'attribute';
    case 'defrule':
      if (isBehindArrow) return 'action';
      return head?.tokenType === t.Declare ? 'declaration' : 'condition';
    default:
      return unreachable(kind);
  }
}

/** The tokens with the parentheses that are missing at their end. */
export function closed(tokens: readonly IToken[]): IToken[] {
  const last = tokens.at(-1);
  if (last === undefined) return [];
  const depth = tokens.reduce(
    (sum, { tokenType }) => sum + (tokenType === t.Open ? 1 : tokenType === t.Close ? -1 : 0),
    0,
  );
  const close: IToken = { ...last, image: ')', tokenType: t.Close, tokenTypeIdx: t.Close.tokenTypeIdx ?? 0 };
  return [...tokens, ...Array.from({ length: Math.max(0, depth) }, () => close)];
}

/** Whether a token can be a name. */
export function isWord(token: IToken): boolean {
  return token.tokenType === t.Symbol || (token.tokenType.CATEGORIES ?? []).includes(t.Symbol);
}

/** The tokens with one space between words, so that white space and comments make no difference. */
export function normalised(tokens: readonly IToken[]): string {
  return tokens
    .map(({ image, tokenType }, index) => {
      const before = tokens[index - 1]?.tokenType;
      const isTight =
        before === undefined ||
        before === t.Open ||
        tokenType === t.Close ||
        joins.has(tokenType) ||
        joins.has(before);
      return isTight ? image : ` ${image}`;
    })
    .join('');
}

const joins: ReadonlySet<unknown> = new Set([t.And, t.Or, t.Not]);
