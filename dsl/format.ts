import type { Diagnostic } from './diagnostic.ts';
import { commentsIn, formIn } from './format/items.ts';
import { laidOut } from './format/layout.ts';
import { parse } from './parse.ts';
import { pieces } from './reader.ts';
import type { Source } from './source.ts';
import * as t from './tokens.ts';

export interface Formatted {
  /** The text in the house format; null when the text has errors, and is better left alone. */
  readonly text: string | null;
  /** What is wrong with its form. Names and types are not looked at: they don't change how a text is laid out. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * A file in the house format. Words and comments stay as they are, white space alone changes: a construct's parts stand on
 * lines of their own, and what does not fit into 120 columns goes on below the first argument. Formatting twice changes nothing.
 */
export function format(source: Source): Formatted {
  const { diagnostics } = parse(source);
  if (diagnostics.some(({ severity }) => severity === 'error')) return { text: null, diagnostics };
  const text = formatted(source.text);
  if (words(text).join('\n') !== words(source.text).join('\n'))
    throw new Error(`formatting ${source.name} would change its words`);
  return { text, diagnostics };
}

function formatted(text: string): string {
  const blocks: Block[] = [];
  let at = 0;
  const comments = (to: number): boolean => {
    const { comments: found, blank } = commentsIn(`${blocks.length === 0 ? '\n' : ''}${text.slice(at, to)}`);
    for (const comment of found) {
      const last = blocks.at(-1);
      if (comment.isBehind && last?.isOpen === true) {
        last.text += ` ${comment.text}`;
        last.isOpen = false;
      } else blocks.push(commentBlock(comment.text, comment.blank));
    }
    return blank;
  };
  for (const piece of pieces(text)) {
    const blank = comments(piece.start);
    const source = text.slice(piece.start, piece.end);
    const item = formIn(source, t.lexer.tokenize(source).tokens);
    for (const [index, comment] of item.lead.entries()) {
      blocks.push(commentBlock(comment.text, index === 0 ? blank : comment.blank));
    }
    const isApart = blank && item.lead.length === 0;
    blocks.push({ kind: 'form', text: laidOut(item), blank: isApart, isOpen: item.after === null });
    at = piece.end;
  }
  comments(text.length);
  return joined(blocks);
}

/** A construct, or one line of comment between constructs. */
interface Block {
  readonly kind: 'form' | 'comment';
  text: string;
  /** A blank line stood before it. */
  readonly blank: boolean;
  /** A comment may follow on its last line. */
  isOpen: boolean;
}

function commentBlock(text: string, blank: boolean): Block {
  return { kind: 'comment', text, blank, isOpen: false };
}

/** One blank line around constructs of several lines; between others, as it was. */
function joined(blocks: readonly Block[]): string {
  let text = '';
  for (const [index, block] of blocks.entries()) {
    const before = blocks[index - 1];
    const isLong = (one: Block | undefined): boolean => one?.kind === 'form' && one.text.includes('\n');
    const isApart =
      block.blank || isLong(before) || (block.kind === 'form' && before?.kind === 'form' && isLong(block));
    text += before === undefined ? '' : isApart ? '\n\n' : '\n';
    text += block.text;
  }
  return text === '' ? '' : `${text}\n`;
}

/** Everything but white space, in order; comments, which may move by a parenthesis, come last and sorted. */
function words(text: string): string[] {
  const comments: string[] = [];
  const found: string[] = [];
  let at = 0;
  const gap = (to: number): void => {
    comments.push(...commentsIn(text.slice(at, to)).comments.map((comment) => comment.text));
  };
  for (const { start, end } of pieces(text)) {
    gap(start);
    at = start;
    for (const { startOffset, image } of t.lexer.tokenize(text.slice(start, end)).tokens) {
      gap(start + startOffset);
      found.push(image);
      at = start + startOffset + image.length;
    }
    gap(end);
    at = end;
  }
  gap(text.length);
  return [...found, ...comments.toSorted()];
}
