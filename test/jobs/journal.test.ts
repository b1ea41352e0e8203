import { appendFile, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  cutJournal,
  Journal,
  JournalCorrupt,
  JournalFailed,
  type JournalOptions,
} from '../../jobs/journal.ts';

const journalModule = new URL('../../jobs/journal.ts', import.meta.url).href;
let folder: string;
let problems: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'octopus-journal-'));
  problems = [];
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const opened = (options: JournalOptions = {}): Promise<Journal<unknown>> =>
  Journal.open(folder, { onProblem: (sentence) => problems.push(sentence), ...options });

async function entries(journal: Journal<unknown>, from = 1): Promise<unknown[]> {
  const values: unknown[] = [];
  for await (const { number, value } of journal.read(from)) {
    expect(number).toBe(from + values.length);
    values.push(value);
  }
  return values;
}

async function written(count: number, options: JournalOptions = {}): Promise<void> {
  const journal = await opened(options);
  for (let i = 1; i <= count; i++) await journal.append({ entry: i }).flushed;
  await journal.close();
}

const firstFile = (): string => join(folder, 'journal-0000000001.log');

/** Changes a file by its lines, as a failing disk or an editor would. */
async function changeLines(path: string, change: (lines: string[]) => void): Promise<void> {
  const lines = (await readFile(path, 'utf8')).split('\n');
  change(lines);
  await writeFile(path, lines.join('\n'));
}

describe('what was appended', () => {
  test('is read back after closing and opening, from any number on', async () => {
    await written(5);

    const journal = await opened();

    expect(journal.last).toBe(5);
    expect(await entries(journal)).toEqual([1, 2, 3, 4, 5].map((entry) => ({ entry })));
    expect(await entries(journal, 4)).toEqual([{ entry: 4 }, { entry: 5 }]);
    expect(await entries(journal, 6)).toEqual([]);
    expect(journal.append({ entry: 6 }).number).toBe(6);
    await journal.close();
    expect(problems).toEqual([]);
  });

  test('is numbered at once, and is what the value was at that moment', async () => {
    const journal = await opened();
    const value = { said: 'before' };

    const first = journal.append(value);
    value.said = 'after';
    const second = journal.append('zwei');

    expect([first.number, second.number, journal.last]).toEqual([1, 2, 2]);
    await second.flushed;
    expect(await entries(journal)).toEqual([{ said: 'before' }, 'zwei']);
    await journal.close();
  });

  // Nothing JSON can carry is too odd for a line: newlines, half surrogates, nesting, megabytes.
  test('is any JSON value, in segments of any size', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.jsonValue({ stringUnit: 'binary' }), { maxLength: 20 }),
        fc.integer({ min: 1, max: 400 }),
        async (values, segmentBytesMax) => {
          await rm(folder, { recursive: true, force: true });
          folder = await mkdtemp(join(tmpdir(), 'octopus-journal-'));
          const journal = await opened({ segmentBytesMax });
          for (const value of values) await journal.append(value).flushed;
          await journal.close();

          const again = await opened({ segmentBytesMax });
          expect(await entries(again)).toEqual(JSON.parse(JSON.stringify(values)));
          await again.close();
        },
      ),
      { numRuns: 30 },
    );
    const big = 'x'.repeat(3_000_000);
    const journal = await opened();
    const { number, flushed } = journal.append(big);
    await flushed;
    expect(await entries(journal, number)).toEqual([big]);
    await journal.close();
  });

  test('is refused when JSON cannot carry it, and the journal goes on', async () => {
    const journal = await opened();

    expect(() => journal.append(undefined)).toThrow(TypeError);
    expect(() => journal.append(1n)).toThrow(TypeError);
    await journal.append('good').flushed;
    expect(await entries(journal)).toEqual(['good']);
    await journal.close();
  });

  test('shares its flush with what arrives meanwhile', async () => {
    const journal = await opened();

    const appended = Array.from({ length: 1000 }, (_, i) => journal.append(i));
    const shared = new Set(appended.map(({ flushed }) => flushed));
    await Promise.all(shared);

    expect(shared.size).toBe(1);
    expect(appended.map(({ number }) => number)).toEqual(Array.from({ length: 1000 }, (_, i) => i + 1));
    expect(await entries(journal)).toHaveLength(1000);
    await journal.close();
  });

  test('is not read before it is flushed', async () => {
    const journal = await opened();
    await journal.append('kept').flushed;

    const { flushed } = journal.append('on its way');

    expect(await entries(journal)).toEqual(['kept']);
    await flushed;
    // Half a line of the next batch, as a reader may meet it.
    await appendFile(firstFile(), '0a1b2c3d {"numb');
    expect(await entries(journal)).toEqual(['kept', 'on its way']);
    await journal.close();
  });
});

test('files rotate by size and read as one list', async () => {
  await written(40, { segmentBytesMax: 200 });

  const names = (await readdir(folder)).toSorted();

  expect(names.length).toBeGreaterThan(5);
  expect(names[0]).toBe('journal-0000000001.log');
  const journal = await opened({ segmentBytesMax: 200 });
  expect(await entries(journal, 7)).toHaveLength(34);
  await journal.append('more').flushed;
  expect(journal.last).toBe(41);
  await journal.close();
});

describe('a last line that a crash left', () => {
  // Wherever the write was cut, all whole lines stay, the rest goes, and the next append stands behind them.
  test('is cut off at every byte', async () => {
    await written(3);
    const whole = await readFile(firstFile());
    const second = whole.lastIndexOf('\n', -2) + 1;

    for (let size = second; size < whole.length; size++) {
      problems = [];
      await writeFile(firstFile(), whole.subarray(0, size));
      const journal = await opened();
      expect(journal.last).toBe(2);
      expect(problems).toHaveLength(size === second ? 0 : 1);
      await journal.append({ entry: 3 }).flushed;
      expect(await entries(journal)).toEqual([1, 2, 3].map((entry) => ({ entry })));
      await journal.close();
      expect(await readFile(firstFile())).toEqual(whole);
    }
  });

  test('is cut off when a page of it never reached the disk', async () => {
    await written(3);
    await changeLines(
      firstFile(),
      (lines) => (lines[2] = lines[2]!.slice(0, 12) + '\0'.repeat(lines[2]!.length - 12)),
    );

    const journal = await opened();

    expect(journal.last).toBe(2);
    expect(problems).toEqual([expect.stringContaining('cut off')]);
    await journal.close();
  });

  test('may be all there is', async () => {
    await writeFile(firstFile(), '12ab');

    const journal = await opened();
    await journal.append('first').flushed;

    expect(await entries(journal)).toEqual(['first']);
    await journal.close();
  });
});

describe('damage that no crash explains', () => {
  test.each<{ name: string; damage: (lines: string[]) => void; line: number; number: number; says: string }>([
    {
      name: 'a changed letter',
      damage: (lines) => (lines[1] = lines[1]!.replace('entry', 'entrz')),
      line: 2,
      number: 2,
      says: 'the checksum says',
    },
    {
      name: 'a changed letter in the last line',
      damage: (lines) => (lines[4] = lines[4]!.replace('entry', 'entrz')),
      line: 5,
      number: 5,
      says: 'the checksum says',
    },
    {
      name: 'a line taken out',
      damage: (lines) => lines.splice(2, 1),
      line: 3,
      number: 3,
      says: 'entry 3 belongs here',
    },
    {
      name: 'a line twice',
      damage: (lines) => lines.splice(1, 0, lines[1]!),
      line: 3,
      number: 3,
      says: 'line says 2',
    },
    {
      name: 'an empty line',
      damage: (lines) => lines.splice(1, 0, ''),
      line: 2,
      number: 2,
      says: 'does not begin with',
    },
    {
      name: 'zeros in the middle',
      damage: (lines) => (lines[1] = '\0'.repeat(40)),
      line: 2,
      number: 2,
      says: 'checksum',
    },
  ])('$name is named with its line and the way out', async ({ damage, line, number, says }) => {
    await written(5);
    await changeLines(firstFile(), damage);

    const error = await opened().catch((thrown: unknown) => thrown);

    expect(error).toBeInstanceOf(JournalCorrupt);
    expect(String(error)).toContain(`${firstFile()}:${line}: `);
    expect(String(error)).toContain(says);
    expect(String(error)).toContain(`octopus journal cut --before ${number}`);

    const moved = await cutJournal(folder, number);
    expect(moved).toEqual(['journal-0000000001.log.cut']);
    const journal = await opened();
    expect(await entries(journal)).toEqual(Array.from({ length: number - 1 }, (_, i) => ({ entry: i + 1 })));
    await journal.close();
  });

  test('a file that is gone is named with the entries that it held', async () => {
    await written(40, { segmentBytesMax: 200 });
    const [, second, third] = (await readdir(folder)).toSorted();
    await rm(join(folder, second!));

    const error = await opened().catch((thrown: unknown) => thrown);

    expect(error).toBeInstanceOf(JournalCorrupt);
    expect(String(error)).toContain(third);
    expect(String(error)).toContain(
      `entries ${Number(second!.slice(8, 18))} to ${Number(third!.slice(8, 18)) - 1} are missing`,
    );
  });

  test('a torn line in an older file is damage', async () => {
    await written(40, { segmentBytesMax: 200 });
    await truncate(firstFile(), (await stat(firstFile())).size - 3);

    await expect(opened()).rejects.toThrow('the line breaks off');
  });

  test('damage that comes while it is open is found when that part is read', async () => {
    const journal = await opened();
    await journal.append('good').flushed;
    await changeLines(firstFile(), (lines) => (lines[0] = lines[0]!.replace('good', 'g00d')));

    await expect(entries(journal)).rejects.toThrow(JournalCorrupt);
    await journal.close();
  });
});

test('a cut moves whole files and the rest of one, and nothing is lost', async () => {
  await written(40, { segmentBytesMax: 200 });
  const all = async (): Promise<string[]> => {
    const texts = await Promise.all(
      (await readdir(folder)).map((name) => readFile(join(folder, name), 'utf8')),
    );
    return texts
      .join('')
      .split('\n')
      .toSorted((a, b) => a.localeCompare(b));
  };
  const before = await all();

  await cutJournal(folder, 10);
  expect(await all()).toEqual(before);
  const again = await opened({ segmentBytesMax: 200 });
  expect(again.last).toBe(9);
  for (let i = 10; i <= 12; i++) await again.append({ other: i }).flushed;
  await again.close();
  await cutJournal(folder, 10);

  const journal = await opened();
  expect(journal.last).toBe(9);
  await journal.close();
  expect(await all()).toHaveLength(before.length + 3);
  expect(await cutJournal(folder, 100)).toEqual([]);
});

describe('a write that fails', () => {
  test('rejects for all who wait and for all later ones, and the caller opens again', async () => {
    const journal = await opened({ segmentBytesMax: 1 });
    await journal.append('kept').flushed;
    // The next file cannot be created: something else has its name.
    await writeFile(join(folder, 'journal-0000000002.log'), '');

    const [a, b] = [journal.append('a'), journal.append('b')];
    await expect(a.flushed).rejects.toThrow(JournalFailed);
    await expect(b.flushed).rejects.toThrow('nothing is taken until it is opened again');
    await expect(journal.append('c').flushed).rejects.toThrow(JournalFailed);
    expect(problems).toHaveLength(1);
    expect(await entries(journal)).toEqual(['kept']);
    await journal.close();

    const again = await opened();
    expect(again.last).toBe(1);
    expect(again.append('a').number).toBe(2);
    await again.close();
    await expect(again.append('late').flushed).rejects.toThrow('closed');
  });

  // A limit on the size of files is a full disk that needs no root: the write stops in the middle of a line.
  test('in the middle of a line leaves exactly what was acknowledged', async () => {
    const script = `
      import { Journal } from ${JSON.stringify(journalModule)};
      const journal = await Journal.open(process.argv[1], { onProblem: (sentence) => console.log('problem', sentence) });
      const outcomes = await Promise.allSettled(Array.from({ length: 40 }, async (_, i) => {
        for (let j = 0; j < i; j++) await journal.append('x'.repeat(500)).flushed;
      }));
      console.log('rejected', outcomes.filter(({ status }) => status === 'rejected').length, journal.last);
    `;
    const child = spawn('bash', [
      '-c',
      'ulimit -f 64; exec "$0" --input-type=module -e "$1" "$2"',
      process.execPath,
      script,
      folder,
    ]);
    const [said] = await Promise.all([text(child.stdout), once(child, 'close')]);

    expect(said).toMatch(/^problem the journal could not be written \(EFBIG.*\nrejected \d+ \d+\n$/);
    const journal = await opened();
    expect(problems).toEqual([]);
    expect(journal.last).toBeGreaterThan(50);
    expect(await entries(journal)).toHaveLength(journal.last);
    await journal.close();
  });
});

// kill -9 while many appends are under way: whatever was acknowledged is read back, in order, by the next process.
test('a killed process loses nothing that it was told is kept', async () => {
  const script = `
    import { Journal } from ${JSON.stringify(journalModule)};
    const journal = await Journal.open(process.argv[1], { segmentBytesMax: 20000 });
    for (let i = 0; i < 16; i++) (async () => {
      for (;;) {
        const { number, flushed } = journal.append({ writer: i, padding: 'x'.repeat(Math.random() * 300) });
        await flushed;
        process.stdout.write(number + '\\n');
      }
    })();`;
  let acknowledged = 0;
  for (let round = 0; round < 5; round++) {
    const child = spawn(process.execPath, ['--input-type=module', '-e', script, folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (more: string) => (said += more));
    const enough = 30 + round * 170;
    while (said.split('\n').length <= enough) await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await once(child, 'close');
    const numbers = said.split('\n').slice(0, -1).map(Number);
    acknowledged = Math.max(acknowledged, ...numbers);

    const journal = await opened();
    expect(journal.last).toBeGreaterThanOrEqual(acknowledged);
    expect(await entries(journal)).toHaveLength(journal.last);
    await journal.close();
  }
  expect(acknowledged).toBeGreaterThan(50);
});
