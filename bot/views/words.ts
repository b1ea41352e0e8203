// Words that several cards share. Lengths of time and sizes are said as policies say them (policies/words.ts).
export { durationInWords, sizeInWords } from '../../policies/words.ts';

/** `1 machine`, `3 machines`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** `a, b and c`. */
export function joined(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}

/** A text cut to so many characters; where something was cut, three dots say so. */
export function bounded(text: string, lengthMax: number): string {
  return text.length <= lengthMax ? text : `${text.slice(0, lengthMax - 1).toWellFormed()}…`;
}

/** A sentence's first letter in upper case. Names of machines and hosts begin sentences as they are: this is for our own words. */
export function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
