import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Journal } from '../../jobs/journal.ts';

const atATime = 64;
const appends = 6_400;
const peerAppends = 400;
const rounds = 5;

/** As long as the entry of a command with what was decided of it. */
const value = { kind: 'command', padding: 'x'.repeat(600) };

/**
 * What group commit is worth: entries that 64 writers append, each waiting until its own is on disk, against the plainest
 * thing that promises the same, the same lines appended and flushed one after the other. Both write where temporary files
 * are (`TMPDIR` for another disk), in turns, so a disk that slows down slows both.
 */
export async function journalBench(): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'octopus-bench-'));
  try {
    const journal: Measured[] = [];
    const plain: Measured[] = [];
    for (let round = 0; round < rounds; round++) {
      plain.push(await plainly(join(folder, `plain-${round}.log`)));
      journal.push(await inGroups(folder));
    }
    const ratios = journal.map(({ perSecond }, round) => perSecond / (plain[round]?.perSecond ?? NaN));
    return [
      `journal, ${atATime} at a time: ${inWords(journal)}`,
      `append and fdatasync, one at a time: ${inWords(plain)}`,
      `ratio: ${ratio(ratios)} times as many kept per second (${rounds} rounds: ${ratios.map((each) => each.toFixed(1)).join(', ')})`,
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Measured {
  readonly perSecond: number;
  /** From append to flushed, each, in milliseconds. */
  readonly waits: readonly number[];
}

async function inGroups(folder: string): Promise<Measured> {
  const journal = await Journal.open(folder);
  const writers = Array.from({ length: atATime }, () => async (): Promise<number[]> => {
    const waits: number[] = [];
    for (let count = 0; count < appends / atATime; count++) {
      const from = performance.now();
      await journal.append(value).flushed;
      waits.push(performance.now() - from);
    }
    return waits;
  });
  const begin = performance.now();
  const waits = (await Promise.all(writers.map((write) => write()))).flat();
  const seconds = (performance.now() - begin) / 1000;
  await journal.close();
  return { perSecond: waits.length / seconds, waits };
}

async function plainly(path: string): Promise<Measured> {
  const file = await open(path, 'a');
  const waits: number[] = [];
  const begin = performance.now();
  for (let number = 1; number <= peerAppends; number++) {
    const from = performance.now();
    await file.appendFile(`${JSON.stringify({ number, value })}\n`);
    await file.datasync();
    waits.push(performance.now() - from);
  }
  const seconds = (performance.now() - begin) / 1000;
  await file.close();
  return { perSecond: peerAppends / seconds, waits };
}

function inWords(measured: readonly Measured[]): string {
  const perSecond = quantile(
    measured.map((each) => each.perSecond),
    0.5,
  );
  const waits = measured.flatMap((each) => each.waits);
  const ms = (part: number): string => `${quantile(waits, part).toFixed(2)} ms`;
  return `${Math.round(perSecond)} a second, half within ${ms(0.5)}, 99 % within ${ms(0.99)}`;
}

function ratio(ratios: readonly number[]): string {
  return quantile(ratios, 0.5).toFixed(1);
}

function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? NaN;
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  for (const line of await journalBench()) console.log(line);
