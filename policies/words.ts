import type { Mib, Seconds } from './model.ts';

const UNITS: readonly (readonly [name: string, seconds: number])[] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
];

/** A length of time for a sentence, in its two largest units: `6 days 23 hours`, `45 minutes`, `0 seconds`. */
export function durationInWords(length: Seconds): string {
  let rest = Math.abs(Math.round(length));
  const first = UNITS.findIndex(([, seconds]) => rest >= seconds);
  if (first === -1) return '0 seconds';
  const parts: string[] = [];
  for (const [name, seconds] of UNITS.slice(first, first + 2)) {
    const count = Math.floor(rest / seconds);
    rest -= count * seconds;
    if (count > 0) parts.push(count === 1 ? `1 ${name}` : `${count} ${name}s`);
  }
  return parts.join(' ');
}

/** A size for a sentence: `8 GB`, `512 MB`, `1.5 GB`; a GB is 1024 MB here, as people order memory. */
export function sizeInWords(size: Mib): string {
  if (size !== 0 && Math.abs(size) < 1024) return `${size} MB`;
  const gb = Math.round((size / 1024) * 10) / 10;
  return `${gb} GB`;
}
