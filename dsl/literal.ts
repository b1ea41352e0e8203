import type { IToken } from 'chevrotain';
import { Float, symbol, type Field } from '../engine/value.ts';
import { quantity, unitOf } from './units.ts';

const integerMin = -(2n ** 63n);
const integerMax = 2n ** 63n - 1n;

/** What a token stands for, or in words why it stands for nothing. */
export type Reading =
  | { readonly value: Field; readonly wrong: null }
  /** `value`: what CLIPS makes of it. */
  | { readonly value: Field; readonly wrong: string; readonly help: string };

/** The value of a literal. Units become integers here; a word is a symbol. */
export function valueOf(token: IToken): Reading {
  switch (token.tokenType.name) {
    case 'Text':
      return { value: textOf(token), wrong: null };
    case 'Integer':
      return integerOf(token.image);
    case 'Float':
      return floatOf(token.image);
    case 'Quantity':
      return quantityOf(token.image);
    default:
      return { value: symbol(token.image), wrong: null };
  }
}

/** The text of a string token: without its quotes, a backslash stands for the character behind it. */
export function textOf({ image }: IToken): string {
  return image.slice(1, -1).replaceAll(/\\([^])/g, '$1');
}

function integerOf(image: string): Reading {
  const value = BigInt(image.replace(/^\+/, ''));
  if (value < integerMin || value > integerMax) {
    return {
      value: value < 0 ? integerMin : integerMax,
      wrong: `\`${image}\` does not fit into 64 bits`,
      help: `integers go from ${integerMin} to ${integerMax}; write a float, \`1e20\``,
    };
  }
  return { value: Number.isSafeInteger(Number(value)) ? Number(value) : value, wrong: null };
}

function floatOf(image: string): Reading {
  const value = Number(image);
  if (Number.isFinite(value)) return { value: new Float(value), wrong: null };
  return {
    value: new Float(value),
    wrong: `\`${image}\` is too large for a float`,
    help: 'the largest is about `1.8e308`',
  };
}

function quantityOf(image: string): Reading {
  const value = quantity(image);
  if (value !== null) return { value, wrong: null };
  const unit = unitOf(image);
  return {
    value: 0,
    wrong: `\`${image}\` is not a whole number of ${unit}`,
    help: `quantities are integers of ${unit}: choose a smaller unit`,
  };
}
