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
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf';
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  const significant = Math.max(digits, 1);
  const [mantissa = '0', exponentText = '0'] = Math.abs(value)
    .toExponential(significant - 1)
    .split('e');
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

const withoutTrailingZeros = (text: string): string =>
  text.includes('.') ? text.replace(/0+$/, '').replace(/\.$/, '') : text;
