import type { IToken } from 'chevrotain';
import * as t from '../tokens.ts';

// A construct as the formatter sees it: words and forms in a row, with the comments that belong to each. Its meaning is left
// to the parser; what is glued together here (`?x&:(> ?x 3)`, `?f <- (lease)`) never comes apart.

export interface Comment {
  readonly text: string;
  /** A blank line stood before it. */
  readonly blank: boolean;
}

export interface Form {
  readonly kind: 'form';
  readonly items: readonly Item[];
  /** Comments before its closing parenthesis that belong to no item. */
  readonly dangling: readonly Comment[];
}

export interface Word {
  readonly kind: 'word';
  readonly text: string;
  readonly type: 'string' | 'connective' | 'other';
}

/** What stands between two spaces: one word or form, or several that are glued. */
export interface Item {
  readonly parts: readonly (Word | Form)[];
  /** A space stands between its parts. */
  readonly spaced: boolean;
  /** A blank line stood directly before it. */
  readonly blank: boolean;
  /** Comments on lines of their own before it. */
  readonly lead: readonly Comment[];
  /** A comment behind it, on its line. */
  readonly after: string | null;
}

/** The text of the word that an item is; null for forms and for what is glued. */
export function wordOf(item: Item | undefined): string | null {
  const [only] = item?.parts ?? [];
  return item?.parts.length === 1 && only?.kind === 'word' ? only.text : null;
}

/** The form that an item is; null for words and for what is glued. */
export function formOf(item: Item | undefined): Form | null {
  const [only] = item?.parts ?? [];
  return item?.parts.length === 1 && only?.kind === 'form' ? only : null;
}

/** Reads one balanced form. `text` is what the tokens were cut from; comments stand between them. */
export function formIn(text: string, tokens: readonly IToken[]): Item {
  return new ItemReader(text, tokens).form();
}

/** An item that is still open for more. */
type Open = { -readonly [Key in keyof Item]: Item[Key] } & {
  readonly parts: (Word | Form)[];
  readonly lead: Comment[];
};

class ItemReader {
  readonly #text: string;
  readonly #tokens: readonly IToken[];
  #at = 0;
  /** Comments met that no item has taken yet. */
  #pending: Comment[] = [];
  #isBlank = false;

  constructor(text: string, tokens: readonly IToken[]) {
    this.#text = text;
    this.#tokens = tokens;
  }

  form(): Item {
    const item: Open = { parts: [], spaced: false, blank: false, lead: [], after: null };
    item.parts.push(this.#form(item));
    return item;
  }

  /** The form at the token under way. Comments before its head, and the one behind its last item, go to its `holder`. */
  #form(holder: Open): Form {
    const items: Open[] = [];
    this.#at += 1;
    this.#gap(null);
    holder.lead.push(...this.#take());
    for (;;) {
      const token = this.#tokens[this.#at];
      if (token === undefined || token.tokenType === t.Close) break;
      this.#item(items, token);
    }
    const dangling = this.#take();
    this.#at += 1;
    // Nothing can stand before the first item but its parenthesis: what belongs there stands before the form.
    holder.lead.push(...(items[0]?.lead.splice(0) ?? []));
    const last = items.at(-1);
    if (last !== undefined && last.after !== null && dangling.length === 0) {
      holder.after = last.after;
      last.after = null;
    }
    return { kind: 'form', items, dangling };
  }

  /** Takes one word or form, as an item of its own or glued to the one before. */
  #item(items: Open[], token: IToken): void {
    const glue = this.#glueBefore(items, token);
    const last = items.at(-1);
    let item: Open;
    if (glue !== null && last !== undefined) {
      item = last;
      item.spaced ||= glue === ' ';
      // A comment inside of what is glued stands before the whole.
      item.lead.push(...this.#take());
      if (item.after !== null) item.lead.push({ text: item.after, blank: false });
      item.after = null;
    } else {
      item = { parts: [], spaced: false, blank: this.#isBlank, lead: this.#take(), after: null };
      items.push(item);
    }
    this.#isBlank = false;
    if (token.tokenType === t.Open) {
      item.parts.push(this.#form(item));
    } else {
      item.parts.push({ kind: 'word', text: token.image, type: typeOf(token) });
      this.#at += 1;
    }
    this.#gap(item);
  }

  /** How a token hangs on the item before it: `''` or a space; null: it begins an item of its own. */
  #glueBefore(items: readonly Open[], token: IToken): '' | ' ' | null {
    const before = this.#tokens[this.#at - 1];
    if (before === undefined || items.length === 0) return null;
    const type = token.tokenType;
    if (isConnective(before) || type === t.And || type === t.Or) return '';
    const isHead = items.length === 1;
    // `:(…)` and `=(…)` of a constraint; elsewhere `=` is a word like any other.
    if (type === t.Open && (before.tokenType === t.Colon || before.tokenType === t.Equals) && !isHead) {
      const isTight = before.startOffset + before.image.length === token.startOffset;
      const last = items.at(-1);
      if (isTight || (last !== undefined && last.parts.length > 1 && !last.spaced)) return '';
    }
    if (wordOf(items[0]) === 'defglobal') {
      const isValue = before.tokenType === t.Equals && items.at(-1)?.parts.length === 2;
      if (isValue || (type === t.Equals && before.tokenType === t.Global)) return ' ';
    }
    return !isHead && (type === t.Gets || before.tokenType === t.Gets) ? ' ' : null;
  }

  /** Reads what stands before the token under way: comments and blank lines. A comment on the line of `item` is its. */
  #gap(item: Open | null): void {
    const before = this.#tokens[this.#at - 1];
    const next = this.#tokens[this.#at];
    if (before === undefined || next === undefined) return;
    const from = before.startOffset + before.image.length;
    const { comments, blank } = commentsIn(this.#text.slice(from, next.startOffset));
    for (const { text, blank: isBlank, isBehind } of comments) {
      if (isBehind && item !== null && item.after === null) item.after = text;
      else this.#pending.push({ text, blank: isBlank });
    }
    this.#isBlank = blank;
  }

  #take(): Comment[] {
    const taken = this.#pending;
    this.#pending = [];
    return taken;
  }
}

/** Comments of a stretch between two tokens, in order, and whether a blank line stands before its end. */
export function commentsIn(gap: string): {
  readonly comments: readonly (Comment & { readonly isBehind: boolean })[];
  readonly blank: boolean;
} {
  const comments: (Comment & { isBehind: boolean })[] = [];
  const lines = gap.split('\n');
  let blank = false;
  for (const [index, line] of lines.entries()) {
    const text = line.trim();
    const isFirst = index === 0;
    if (text !== '') {
      comments.push({ text, blank, isBehind: isFirst });
      blank = false;
    } else if (!isFirst && index < lines.length - 1) blank = true;
  }
  return { comments, blank };
}

function isConnective({ tokenType }: IToken): boolean {
  return tokenType === t.And || tokenType === t.Or || tokenType === t.Not;
}

function typeOf(token: IToken): Word['type'] {
  if (token.tokenType === t.Text) return 'string';
  return isConnective(token) ? 'connective' : 'other';
}
