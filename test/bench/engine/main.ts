import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { quantile } from '../measure.ts';
import { manners } from './manners.ts';
import { month } from './month.ts';
import type { Program } from './program.ts';
import { sudoku } from './sudoku.ts';
import { waltzDb } from './waltz-db.ts';
import { waltz } from './waltz.ts';

// Our engine and the installed `clips` on the same programs, in turns on the same computer.
//
//   npm run bench:engine [-- --quick] [NAME ...]      e.g. `manners 128`, `sudoku`

interface Cost {
  /** Seconds of user CPU of the whole process. */
  readonly seconds: number;
  /** Its largest size, in MB. */
  readonly megabytes: number;
  readonly output: string;
}

const programs: readonly Program[] = [...manners, ...waltz, ...waltzDb, ...sudoku, ...month];
const roundsAtMost = 5;
const longSeconds = 2;

const folder = mkdtempSync(join(tmpdir(), 'octopus-bench-'));
/** `--quick`: each once, for a look. */
const isQuick = process.argv.includes('--quick');
const wanted = process.argv.slice(2).filter((word) => !word.startsWith('--'));
try {
  console.log(
    'program            fired      CLIPS    ours   ratio    warm   ratio     CLIPS    ours    order',
  );
  await ours(written('empty', ''));
  const empty = await ours(written('empty', ''));
  for (const program of programs) {
    const { name, text } = program;
    if (wanted.length > 0 && !wanted.some((each) => name.startsWith(each))) continue;
    if (text === null) console.log(`${name.padEnd(16)} not installed here`);
    else console.log(await lineOf(program, text(), empty));
  }
  console.log('seconds of user CPU of the whole process; warm: the best of later runs in one process;');
  console.log(
    `megabytes at most, ours less the ${empty.megabytes.toFixed(0)} of a process that runs nothing`,
  );
} finally {
  rmSync(folder, { recursive: true });
}

/** One program, by both in turns. */
async function lineOf({ name, bar, isWarm }: Program, text: string, empty: Cost): Promise<string> {
  const file = written('program', text);
  const theirs: Cost[] = [];
  const mine: Cost[] = [];
  let rounds = isQuick ? 1 : roundsAtMost;
  for (let round = 0; round < rounds; round += 1) {
    theirs.push(await clips(file));
    mine.push(await ours(file));
    if ((theirs[0] as Cost).seconds > longSeconds) rounds = Math.min(rounds, 3);
  }
  const [clipsSeconds, oursSeconds] = [median(theirs), median(mine)];
  const again = Math.min(...spentIn((await ours(file, oursSeconds > longSeconds ? 2 : 8)).output).slice(1));
  const traced = written('traced', text.replace('\n(reset)\n', '\n(watch rules)\n(reset)\n'));
  const [order, theirOrder] = [firedIn((await ours(traced)).output), firedIn((await clips(traced)).output)];
  const megabytes = (mine[0] as Cost).megabytes - empty.megabytes;
  return [
    name.padEnd(16),
    String(order.length).padStart(8),
    clipsSeconds.toFixed(3).padStart(10),
    oursSeconds.toFixed(3).padStart(8),
    (oursSeconds / clipsSeconds).toFixed(2).padStart(8),
    again.toFixed(3).padStart(8),
    (again / clipsSeconds).toFixed(2).padStart(8),
    (theirs[0] as Cost).megabytes.toFixed(0).padStart(8),
    megabytes.toFixed(0).padStart(8),
    isSameList(order, theirOrder) ? '    same' : `    OTHER (${theirOrder.length} by CLIPS)`,
    bar === null ? '' : `  bar ${bar}`,
    isWarm ? '  bar 1 warm' : '',
  ].join('');
}

function median(costs: readonly Cost[]): number {
  const seconds = costs.map((cost) => cost.seconds);
  return quantile(seconds, 0.5);
}

function written(name: string, text: string): string {
  const file = join(folder, `${name}.clp`);
  writeFileSync(file, text);
  return file;
}

async function clips(file: string): Promise<Cost> {
  return costOf('clips', ['-f2', file], '(printout t "done" crlf)\n', '(exit)\n');
}

async function ours(file: string, times = 1): Promise<Cost> {
  return costOf(process.execPath, [join(import.meta.dirname, 'ours.ts'), file, String(times)], '', '');
}

/** Runs a program up to the line `done`, looks at its process, and lets it end. */
async function costOf(command: string, args: readonly string[], input: string, end: string): Promise<Cost> {
  const env = { ...process.env, NODE_COMPILE_CACHE: join(folder, 'cache') };
  const child = spawn(command, args, { env, stdio: ['pipe', 'pipe', 'inherit'] });
  const closed = new Promise((resolve) => child.on('close', resolve));
  child.stdin.write(input);
  const pieces: string[] = [];
  let seen = '';
  child.stdout.setEncoding('utf8');
  for await (const piece of child.stdout as AsyncIterable<string>) {
    pieces.push(piece);
    seen = (seen + piece).slice(-200);
    if (/^(?:CLIPS> )?done$/mu.test(seen)) break;
  }
  const { seconds, megabytes } = lookedAt(child.pid ?? 0);
  child.stdin.end(end);
  await closed;
  return { seconds, megabytes, output: pieces.join('') };
}

/** What the kernel has counted of a process (proc(5)): user time in hundredths of a second, and the high-water mark. */
function lookedAt(pid: number): Pick<Cost, 'seconds' | 'megabytes'> {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [, kibibytes] = /VmHWM:\s+(\d+)/u.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return { seconds: Number(fields[11]) / 100, megabytes: Number(kibibytes) / 1024 };
}

function spentIn(output: string): readonly number[] {
  const line = /^\{"spent".*$/mu.exec(output)?.[0] ?? '{"spent":[]}';
  return (JSON.parse(line) as { readonly spent: readonly number[] }).spent;
}

/** Rules with their facts, one a line, as `watch rules` tells them. */
function firedIn(output: string): readonly string[] {
  return output.split('\n').flatMap((line) => /FIRE +\d+ (.*)$/u.exec(line)?.[1] ?? []);
}

function isSameList(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((each, at) => each === others[at]);
}
