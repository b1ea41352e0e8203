import type { Mib, Seconds } from '../../policies/model.ts';

/** A number with its unit, as people write it in a sentence. */
export type Quantity =
  | { readonly kind: 'cores'; readonly value: number }
  | { readonly kind: 'memory'; readonly value: Mib }
  | { readonly kind: 'length'; readonly value: Seconds }
  /** A number alone. */
  | { readonly kind: 'number'; readonly value: number }
  /** Begins like a number and is none that we know. `better` is what it might have been meant to be. */
  | { readonly kind: 'wrong'; readonly says: string; readonly better: string | null };

/** Cores of one machine: what Hyper-V gives at most. */
export const CORES_MAX = 1024;
/** Memory of one machine. */
export const MEMORY_MAX: Mib = 16 * 1024 * 1024;
/** Nobody asks for more than ten years. */
export const LENGTH_MAX: Seconds = 3650 * 86_400;

const CORES = new Set(['c', 'core', 'cores', 'cpu', 'cpus', 'vcpu', 'vcpus', 'vcore', 'vcores']);

const MEMORY: Readonly<Record<string, Mib>> = {
  m: 1,
  mb: 1,
  mib: 1,
  g: 1024,
  gb: 1024,
  gib: 1024,
  gig: 1024,
  gigs: 1024,
  t: 1024 * 1024,
  tb: 1024 * 1024,
  tib: 1024 * 1024,
};

const LENGTH: Readonly<Record<string, Seconds>> = {
  s: 1,
  sec: 1,
  secs: 1,
  second: 1,
  seconds: 1,
  min: 60,
  mins: 60,
  minute: 60,
  minutes: 60,
  h: 3600,
  hr: 3600,
  hrs: 3600,
  hour: 3600,
  hours: 3600,
  d: 86_400,
  day: 86_400,
  days: 86_400,
  w: 604_800,
  wk: 604_800,
  wks: 604_800,
  week: 604_800,
  weeks: 604_800,
  mo: 2_592_000,
  month: 2_592_000,
  months: 2_592_000,
  y: 31_536_000,
  yr: 31_536_000,
  yrs: 31_536_000,
  year: 31_536_000,
  years: 31_536_000,
};

const NUMBER_WORDS: Readonly<Record<string, number>> = {
  a: 1,
  an: 1,
  one: 1,
  another: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  eight: 8,
  ten: 10,
  twelve: 12,
  sixteen: 16,
};

/** Whether a word is a unit that may stand apart from its number: `4 cores`, `8 GB`. */
export function isUnit(key: string): boolean {
  return CORES.has(key) || Object.hasOwn(MEMORY, key) || Object.hasOwn(LENGTH, key);
}

/** Whether a word means processor cores, also in front of their number: `cores 4`. */
export function meansCores(key: string): boolean {
  return CORES.has(key);
}

/** The digits that a number word stands for, or null. */
export function digits(key: string): string | null {
  return Object.hasOwn(NUMBER_WORDS, key) ? String(NUMBER_WORDS[key]) : null;
}

/** Whether a word wants to be a number, well formed or not: `4c`, `-4g`, `1e9g`, `8gg`. */
export function looksNumeric(key: string): boolean {
  return /^[-+]?\.?\d/u.test(key);
}

/** Reads `8g`, `4cores`, `2w`, `12`. Where a length of time is meant, `m` is minutes. */
export function quantity(key: string, { lengthMeant = false } = {}): Quantity {
  const [, number, unit] = /^(\d{1,12}(?:\.\d{1,3})?)(\p{L}*)$/u.exec(key) ?? [];
  const says = lengthMeant ? 'is not a length of time' : 'is not a size';
  if (number === undefined || unit === undefined) return { kind: 'wrong', says, better: null };
  const count = Number(number);
  if (unit === '') return { kind: 'number', value: count };
  if (CORES.has(unit)) return cores(count);
  const seconds = lengthMeant && unit === 'm' ? 60 : LENGTH[unit];
  if (Object.hasOwn(LENGTH, unit) || (lengthMeant && unit === 'm')) return length(count * (seconds ?? 0));
  if (Object.hasOwn(MEMORY, unit)) return memory(count * (MEMORY[unit] ?? 0));
  return { kind: 'wrong', says, better: withNearUnit(number, unit) };
}

function cores(count: number): Quantity {
  if (Number.isInteger(count) && count >= 1 && count <= CORES_MAX) return { kind: 'cores', value: count };
  return { kind: 'wrong', says: `is not a number of cores: a machine has 1 to ${CORES_MAX}`, better: null };
}

function memory(mib: number): Quantity {
  if (Number.isInteger(mib) && mib >= 1 && mib <= MEMORY_MAX) return { kind: 'memory', value: mib };
  const says = 'is not a memory size: a machine has 1m to 16t, in whole megabytes';
  return { kind: 'wrong', says, better: null };
}

function length(seconds: number): Quantity {
  if (Number.isInteger(seconds) && seconds >= 1 && seconds <= LENGTH_MAX)
    return { kind: 'length', value: seconds };
  return { kind: 'wrong', says: 'is not a length of time: a lease has 1 minute to 10 years', better: null };
}

/** `8gg` was meant to be `8g`: the longest unit that the letters begin with. */
function withNearUnit(number: string, letters: string): string | null {
  for (let end = letters.length - 1; end > 0 && letters.length - end <= 2; end--) {
    const better = `${number}${letters.slice(0, end)}`;
    if (isUnit(letters.slice(0, end)) && quantity(better).kind !== 'wrong') return better;
  }
  return null;
}
