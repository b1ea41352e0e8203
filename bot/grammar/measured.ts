import type { Word } from './lexer.ts';
import type { Meaning } from './meaning.ts';
import { digits, isUnit, looksNumeric, quantity, type Quantity } from './quantity.ts';
import type { Reading } from './reading.ts';

/** A quantity in a sentence: `word` spans all of it, `taken` words. */
export interface Measured {
  readonly quantity: Exclude<Quantity, { kind: 'wrong' }>;
  readonly word: Word;
  readonly taken: number;
}

/**
 * The quantity that stands at an index, its unit in the same word or the next: `8g`, `8 GB`, `two weeks`. Null when there
 * is none; a problem when something wants to be one.
 */
export function measured(
  reading: Reading,
  words: readonly Word[],
  index: number,
  lengthMeant: boolean,
): Measured | { readonly problem: Meaning } | null {
  const first = words[index];
  const next = words[index + 1];
  if (first === undefined) return null;
  const spelt = next !== undefined && isUnit(next.key) ? digits(first.key) : null;
  if (spelt === null && !looksNumeric(first.key)) return null;
  const number = spelt ?? first.key;
  const joined = next !== undefined && /^[-+]?[\d.]+$/u.test(number) && wantsToBeUnit(next.key) ? next : null;
  const word = joined === null ? first : span(reading, first, joined);
  const read = quantity(joined === null ? number : `${number}${joined.key}`, { lengthMeant });
  if (read.kind !== 'wrong') return { quantity: read, word, taken: joined === null ? 1 : 2 };
  const looks = lengthMeant
    ? 'A length looks like 12h, 30d or 2w.'
    : 'Cores look like 4c, memory like 8g or 8192m.';
  return { problem: reading.unclear(word, `${reading.place(word)} ${read.says}. ${looks}`, read.better) };
}

/** A unit, or letters that are nearly one: `8 gbb`. */
function wantsToBeUnit(key: string): boolean {
  if (isUnit(key)) return true;
  const read = quantity(`1${key}`);
  return read.kind === 'wrong' && read.better !== null;
}

function span({ line }: Reading, first: Word, last: Word): Word {
  const text = line.text.slice(first.at, last.end);
  return { text, key: text.toLowerCase(), at: first.at, end: last.end };
}
