import { FactAddress, Float, Sym, type Value } from './value.ts';

/**
 * A value as CLIPS prints it. Strings are bare unless `quoted`, and always quoted inside a multifield; floats carry 15
 * significant digits and never look like integers.
 */
export function printed(value: Value, { quoted = false } = {}): string {
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  if (typeof value === 'string') return quoted ? quotedText(value) : value;
  if (value instanceof Sym) return value.name;
  if (value instanceof Float) return floatText(value.value);
  if (value instanceof FactAddress) return value.index < 0 ? '<Dummy Fact>' : `<Fact-${value.index}>`;
  // CLIPS escapes nothing inside of a multifield.
  return `(${value.map((field) => (typeof field === 'string' ? `"${field}"` : printed(field))).join(' ')})`;
}

/** Text between quotes, with quotes and backslashes escaped, as the language reads it back. */
export function quotedText(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

const DIGITS = 15;

/** C's `%.15g`, and `.0` behind what would read as an integer. */
function floatText(value: number): string {
  const text = generalText(value, DIGITS);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

/** C's `%.<digits>g`: the shorter of fixed and exponential form, without trailing zeros. */
export function generalText(value: number, digits: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? '-nan' : value > 0 ? 'inf' : '-inf';
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  const significant = Math.max(digits, 1);
  const [mantissa = '0', exponentText = '0'] = exponentialText(Math.abs(value), significant - 1).split('e');
  const exponent = Number(exponentText);
  if (exponent < -4 || exponent >= significant) {
    const power = Math.abs(exponent) < 10 ? `0${Math.abs(exponent)}` : String(Math.abs(exponent));
    return `${sign}${withoutTrailingZeros(mantissa)}e${exponent < 0 ? '-' : '+'}${power}`;
  }
  const figures = mantissa.replace('.', '');
  const fixed =
    exponent < 0
      ? `0.${'0'.repeat(-exponent - 1)}${figures}`
      : `${figures.slice(0, exponent + 1)}.${figures.slice(exponent + 1)}`;
  return sign + withoutTrailingZeros(fixed);
}

/** JavaScript's `toExponential`, but what lies exactly between two texts goes to the even one, as in C. */
export function exponentialText(value: number, digits: number): string {
  if (!Number.isFinite(value)) return generalText(value, digits);
  if (Object.is(value, -0)) return `-${exponentialText(0, digits)}`;
  const text = value.toExponential(digits);
  const [mantissa = '', power = ''] = value
    .toExponential(Math.min(digits + TIE_DIGITS, DIGITS_MAX))
    .split('e');
  const even = evenTie(mantissa, digits);
  return even === null ? text : `${even}e${power}`;
}

/** JavaScript's `toFixed`, likewise. */
export function fixedText(value: number, digits: number): string {
  if (Object.is(value, -0)) return `-${fixedText(0, digits)}`;
  if (!Number.isFinite(value)) return generalText(value, digits);
  // Beyond this JavaScript writes an exponent; there is nothing behind the point.
  if (Math.abs(value) >= 1e21) return `${BigInt(value)}${digits === 0 ? '' : `.${'0'.repeat(digits)}`}`;
  return evenTie(value.toFixed(Math.min(digits + TIE_DIGITS, DIGITS_MAX)), digits) ?? value.toFixed(digits);
}

const DIGITS_MAX = 100;
/** A float that lies exactly between two texts ends behind the five. */
const TIE_DIGITS = 30;

/** A number cut to some decimals, when it lies exactly between two and the cut one is even; null: rounding does as well. */
function evenTie(long: string, digits: number): string | null {
  const point = long.indexOf('.');
  if (point < 0) return null;
  const end = digits === 0 ? point : point + 1 + digits;
  const cut = long.slice(0, end);
  const isTie = /^50*$/.test(long.slice(point + 1 + digits));
  return isTie && /[02468]$/.test(cut) ? cut : null;
}

const withoutTrailingZeros = (text: string): string =>
  text.includes('.') ? text.replace(/0+$/, '').replace(/\.$/, '') : text;
