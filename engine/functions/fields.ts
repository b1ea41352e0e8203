import { Float, symbol, type Field } from '../value.ts';
import { wrapped } from './integers.ts';

const FIELD = /"((?:[^"\\]|\\[\s\S])*)"?|([()&|~])|([^\s()&|~";]+)|;[^\n\r]*/g;
const INTEGER = /^[+-]?\d+$/;
const FLOAT = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const LONG_MAX = 2n ** 63n - 1n;

/** The fields that a text holds: numbers, symbols, strings between quotes. Brackets and variables come back as strings. */
export function fieldsOf(text: string): Field[] {
  const fields: Field[] = [];
  for (const [, quoted, mark, word] of text.matchAll(FIELD)) {
    if (quoted !== undefined) fields.push(quoted.replace(/\\([\s\S])/g, '$1'));
    else if (mark !== undefined) fields.push(mark);
    else if (word !== undefined) fields.push(wordField(word));
  }
  return fields;
}

/** A number where the word reads as one, else a symbol; literals beyond 64 bits are cut to the nearest. */
function wordField(word: string): Field {
  if (INTEGER.test(word)) {
    const value = BigInt(word.replace(/^\+/, ''));
    return wrapped(value > LONG_MAX ? LONG_MAX : value < -LONG_MAX - 1n ? -LONG_MAX - 1n : value);
  }
  if (FLOAT.test(word)) return new Float(Number(word));
  return /^\$?\?/.test(word) ? word : symbol(word);
}
