import { fieldsOf } from '../engine/functions/fields.ts';
import { symbol, type Value } from '../engine/value.ts';

const skipped = /(?:[\s\0]|;[^\n]*)*/y;
const word = /"(?:[^"\\]|\\[^])*"?|[()&|~]|[^\s"()&|~;<]?[^\s"()&|~;<]*|<[^\s"()&|~;<]*/y;

/** The word of a text at an offset, as a value, and where it ends. Null: nothing but space and comments is left. */
export function nextWord(text: string, from: number): { readonly value: Value; readonly end: number } | null {
  skipped.lastIndex = from;
  const start = from + (skipped.exec(text)?.[0].length ?? 0);
  if (start >= text.length) return null;
  word.lastIndex = start;
  const found = word.exec(text)?.[0] ?? '';
  const image = found === '' ? (text[start] ?? '') : found;
  return { value: valueOf(image), end: start + image.length };
}

/** A constant is what it says; anything else, a parenthesis or a variable, is its text as a string. */
function valueOf(image: string): Value {
  if (/^(?:[()&|~]|\$?\?.*)$/.test(image)) return image;
  return fieldsOf(image)[0] ?? symbol(image);
}
