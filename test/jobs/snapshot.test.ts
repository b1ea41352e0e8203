import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { SnapshotStore, type SnapshotOptions } from '../../jobs/snapshot.ts';

let folder: string;
let problems: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'octopus-snapshot-'));
  problems = [];
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const opened = (options: SnapshotOptions = {}): Promise<SnapshotStore<unknown>> =>
  SnapshotStore.open(folder, { onProblem: (sentence) => problems.push(sentence), ...options });

async function saved(...numbers: number[]): Promise<void> {
  const store = await opened();
  for (const number of numbers) await store.save(number, { of: number });
}

test('the newest snapshot comes back, and the one before it is kept', async () => {
  expect((await opened()).load()).toBeNull();
  await saved(3, 8, 12);

  expect((await opened()).load()).toEqual({ number: 12, value: { of: 12 } });
  expect((await readdir(folder)).toSorted()).toEqual(['snapshot.json', 'snapshot.previous.json']);
  expect(JSON.parse(await readFile(join(folder, 'snapshot.previous.json'), 'utf8'))).toHaveProperty(
    'snapshot.number',
    8,
  );
  expect(problems).toEqual([]);
});

test('values that lowdb takes for nothing are values', async () => {
  for (const value of [0, '', false, null]) {
    await (await opened()).save(1, value);
    expect((await opened()).load()).toEqual({ number: 1, value });
  }
});

test('what is saved is the value of that moment, and saves that pile up become the newest', async () => {
  const store = await opened();
  const state = { count: 0 };
  await store.save(7, state);

  const saves = Array.from({ length: 200 }, (_, i) => {
    state.count = i + 1;
    return store.save(i + 8, state);
  });
  state.count = -1;
  await Promise.all(saves);

  expect((await opened()).load()).toEqual({ number: 207, value: { count: 200 } });
  expect(JSON.parse(await readFile(join(folder, 'snapshot.previous.json'), 'utf8'))).toHaveProperty(
    'snapshot.number',
    7,
  );
});

// A crash can leave the newest file at any length, or not there at all between two renames.
test('a snapshot cut at any byte gives way to the one before it', async () => {
  await saved(3, 8);
  const path = join(folder, 'snapshot.json');
  const whole = await readFile(path);

  for (let size = 0; size < whole.length; size++) {
    problems = [];
    await writeFile(path, whole.subarray(0, size));
    expect((await opened()).load()).toEqual({ number: 3, value: { of: 3 } });
    expect(problems).toEqual([
      expect.stringMatching(/^snapshot\.json is not whole \(.*\); the journal rebuilds what it held$/),
    ]);
  }
  await rm(path);
  problems = [];
  expect((await opened()).load()).toEqual({ number: 3, value: { of: 3 } });
  expect(problems).toEqual([]);
});

test('a changed letter is noticed', async () => {
  await saved(3);
  const path = join(folder, 'snapshot.json');
  await writeFile(path, (await readFile(path, 'utf8')).replace('"of":3', '"of":4'));

  expect((await opened()).load()).toBeNull();
  expect(problems).toEqual([expect.stringContaining('its checksum does not match')]);
});

test('a broken snapshot never takes the place of the whole one before it', async () => {
  await saved(3, 8);
  await writeFile(join(folder, 'snapshot.json'), '{');
  const store = await opened();
  await store.save(12, 'new');
  await writeFile(join(folder, 'snapshot.json'), '{');

  expect((await opened()).load()).toEqual({ number: 3, value: { of: 3 } });
});

test('a snapshot of entries that were cut from the journal is passed over', async () => {
  await saved(3, 8);

  expect((await opened({ through: 8 })).load()?.number).toBe(8);
  expect((await opened({ through: 7 })).load()?.number).toBe(3);
  expect((await opened({ through: 2 })).load()).toBeNull();
  expect(problems).toContain('snapshot.json is of entry 8 and the journal ends with 7; it is passed over');
});

test('a save that fails says so, and later ones work', async () => {
  const store = await opened();
  await store.save(1, 'first');
  await rm(folder, { recursive: true });

  await expect(store.save(2, 'lost')).rejects.toThrow('ENOENT');

  folder = await mkdtemp(join(tmpdir(), 'octopus-snapshot-'));
  const circular: { self?: unknown } = {};
  circular.self = circular;
  const other = await opened();
  await expect(other.save(3, circular)).rejects.toThrow(TypeError);
  await other.save(4, 'good');
  expect((await opened()).load()).toEqual({ number: 4, value: 'good' });
});

test('what a crash left half written is cleared away', async () => {
  await writeFile(join(folder, 'snapshot.json.0b1c.tmp'), '{');

  expect((await opened()).load()).toBeNull();
  expect(await readdir(folder)).toEqual([]);
});
