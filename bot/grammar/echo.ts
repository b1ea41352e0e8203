import type { Line, Word } from './lexer.ts';

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Columns of a line with a caret under it. */
const COLUMNS = 72;

/** Somebody's own words, to be shown back to them: one line, no marks that turn or hide text, not longer than that. */
export function echo(text: string, lengthMax = 40): string {
  const shown = characters(visible(text.slice(0, lengthMax * 4)));
  if (shown.length <= lengthMax && text.length <= lengthMax * 4) return shown.join('');
  return `${shown.slice(0, lengthMax - 1).join('')}…`;
}

/** Where a word stands, counted from 1 in characters, as people count. */
export function position(line: Line, word: Word): number {
  return characters(line.text.slice(0, word.at)).length + 1;
}

/** The sentence with carets under one word; of a long one the part around that word. */
export function underlined(line: Line, word: Word): string {
  const before = characters(visible(line.text.slice(0, word.at)));
  const from = characters(visible(line.text.slice(word.at, word.at + COLUMNS * 4)));
  const left = before.length > COLUMNS / 2 ? ['…', ...before.slice(1 - COLUMNS / 2)] : before;
  const room = COLUMNS - left.length;
  const right = from.length > room ? [...from.slice(0, room - 1), '…'] : from;
  const length = characters(line.text.slice(word.at, Math.min(word.end, word.at + COLUMNS * 4))).length;
  const carets = '^'.repeat(Math.max(1, Math.min(length, right.length)));
  return `${left.join('')}${right.join('')}\n${' '.repeat(left.length)}${carets}`;
}

/** A text as the characters that people see. */
function characters(text: string): readonly string[] {
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

/** Control characters and direction marks become a sign that shows them, and takes one column. */
function visible(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[\p{Cc}\u{200E}\u{200F}\u{202A}-\u{202E}\u{2066}-\u{2069}\u{2028}\u{2029}]/gu, '\u{FFFD}');
}
