import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';

// What the program itself answers when its folder is taken or damaged. The tests go on from one another's folder, as
// making the queue's database is the slow part.

const PROGRAM = fileURLToPath(new URL('../../bot/octopus.mjs', import.meta.url));

let folder: string;
let data: string;
const running = new Set<ChildProcess>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'octopus-damage-'));
  data = join(folder, 'data');
  const made = await octopus(['chat'], '/vm new 1c 2g ubuntu called build-box\n');
  if (!made.out.includes('build-box is running'))
    throw new Error(`there is nothing to damage: ${made.out}${made.err}`);
});
afterAll(async () => {
  for (const child of running) child.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function begin(args: readonly string[]): ChildProcess {
  const child = spawn(process.execPath, [PROGRAM, ...args, '--data', data], { stdio: 'pipe' });
  running.add(child);
  child.on('close', () => running.delete(child));
  // The program may have ended before it has read what it was to hear.
  child.stdin?.on('error', () => {});
  return child;
}

/** Runs the program on the folder, with this said to it, to its end. */
async function octopus(args: readonly string[], said = ''): Promise<Ended> {
  const { stdin, stdout, stderr, ...child } = piped(begin(args));
  stdin.end(said);
  const closed = once(child.process, 'close') as Promise<[code: number | null]>;
  const [out, err, [code]] = await Promise.all([text(stdout), text(stderr), closed]);
  return { code, out, err };
}

function piped(child: ChildProcess) {
  const { stdin, stdout, stderr } = child;
  if (stdin === null || stdout === null || stderr === null) throw new Error('the child has no pipes');
  return { process: child, stdin, stdout, stderr };
}

/** The only line of an answer on standard error; a stack trace has more. */
function theLine({ err }: Ended): string {
  const lines = err.trimEnd().split('\n');
  expect(lines).toHaveLength(1);
  return lines[0] ?? '';
}

test('a second program on the folder names the first one and ends, and the first one goes on', async () => {
  const first = piped(begin(['chat']));
  let answers = '';
  first.stdout.on('data', (part: Buffer) => (answers += String(part)));
  first.stdin.write('/vm list\n');
  while (!answers.includes('build-box')) await once(first.stdout, 'data');

  const second = await octopus(['chat'], '/vm list\n');

  expect(second).toMatchObject({ code: 1, out: '' });
  expect(theLine(second)).toMatch(
    new RegExp(
      `^octopus: the data folder .* is in use by process ${first.process.pid}, since 2\\d{3}-.*--data`,
    ),
  );

  answers = '';
  const gone = once(first.process, 'close');
  first.stdin.end('/vm list\n');
  expect(await gone).toEqual([0, null]);
  expect(answers).toContain('build-box');
});

test('a truncated snapshot is told, and everything is still there', async () => {
  const snapshot = join(data, 'snapshot.json');
  await truncate(snapshot, Math.floor((await readFile(snapshot)).length / 2));

  const { code, out, err } = await octopus(['chat'], '/vm list\n');

  expect(err).toMatch(/snapshot\.json is not whole .*; the journal rebuilds what it held/);
  expect(out).toMatch(/build-box\s+running/);
  expect(code).toBe(0);

  // It was written anew: the next start has nothing to tell.
  expect(await octopus(['chat'], '/vm list\n')).toMatchObject({ code: 0, err: '' });
});

test('a last line that a crash cut short is told and taken away, and the rest is still there', async () => {
  const journal = join(data, 'journal-0000000001.log');
  await writeFile(journal, '0badc0de {"number":', { flag: 'a' });

  const { code, out, err } = await octopus(['chat'], '/vm list\n');

  expect(err).toMatch(/journal-0000000001\.log: the last \d+ bytes were cut off/);
  expect(out).toMatch(/build-box\s+running/);
  expect(code).toBe(0);
});

test('a damaged journal line is named with its place and what can be done, and nothing is started or changed', async () => {
  const journal = join(data, 'journal-0000000001.log');
  const whole = await readFile(journal, 'utf8');
  const lines = whole.split('\n');
  const damaged = lines.with(4, (lines[4] ?? '').replace('"number":5', '"number":6')).join('\n');
  expect(damaged).not.toBe(whole);
  await writeFile(journal, damaged);

  for (const args of [['chat'], ['journal', 'check']]) {
    const ended = await octopus(args, args[0] === 'chat' ? '/vm list\n' : '');
    expect(ended).toMatchObject({ code: 1, out: '' });
    expect(theLine(ended)).toMatch(/^octopus: .*journal-0000000001\.log:5: .*octopus journal cut --before 5/);
  }
  expect(await readFile(journal, 'utf8')).toBe(damaged);

  // The way out that the sentence names.
  expect(await octopus(['journal', 'cut', '--before', '5'])).toMatchObject({ code: 0 });
  expect(await octopus(['journal', 'check'])).toMatchObject({
    code: 0,
    out: 'the journal is whole: 4 entries\n',
  });
  expect(await octopus(['chat'], '/vm list\n')).toMatchObject({ code: 0 });
});
