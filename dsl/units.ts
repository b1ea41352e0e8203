// Units on numbers, our addition to CLIPS: sizes become integer MiB, durations integer seconds.

const sizesInMib: ReadonlyMap<string, number> = new Map([
  ['m', 1],
  ['g', 1024],
  ['t', 1024 * 1024],
]);

const durationsInSeconds: ReadonlyMap<string, number> = new Map([
  ['s', 1],
  ['min', 60],
  ['h', 3600],
  ['d', 86_400],
  ['w', 604_800],
]);

/** The text of a number with a unit: `8g`, `1.5h`, `-30min`. */
export const quantityPattern = /[+-]?(?:\d+(?:\.\d+)?)(?:min|[mgtshdw])/;

/**
 * What a number with a unit stands for: MiB or seconds. Null when that is no whole number, or too large to be exact.
 * Decimals are counted in integers, so `1.1h` is 3960 and never 3960.0000000000005.
 */
export function quantity(text: string): number | null {
  const parts = /^([+-]?)(\d+)(?:\.(\d+))?([a-z]+)$/.exec(text);
  if (parts === null) return null;
  const [, sign = '', whole = '', decimals = '', unit = ''] = parts;
  const factor = sizesInMib.get(unit) ?? durationsInSeconds.get(unit);
  if (factor === undefined) return null;
  const scaled = BigInt(whole + decimals) * BigInt(factor);
  const divisor = 10n ** BigInt(decimals.length);
  if (scaled % divisor !== 0n) return null;
  const value = Number(scaled / divisor);
  if (!Number.isSafeInteger(value)) return null;
  return sign === '-' ? 0 - value : value;
}

/** What the unit of a quantity counts, for messages. */
export function unitOf(text: string): 'MiB' | 'seconds' {
  return sizesInMib.has(text.replace(/^[^a-z]+/, '')) ? 'MiB' : 'seconds';
}
