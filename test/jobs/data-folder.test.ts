import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { DataFolder, DataFolderInUse } from '../../jobs/data-folder.ts';

let folder: string;
let owner: ChildProcess | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'octopus-data-'));
});
afterEach(async () => {
  owner?.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

test('is made when it is not there, and given back on closing', async () => {
  const path = join(folder, 'deep', 'data');
  const first = await DataFolder.open(path);
  expect(isAbsolute(first.path)).toBe(true);
  first.close();
  first.close();

  const again = await DataFolder.open(path);
  expect(again.installation).toBe(first.installation);
  again.close();
});

test('belongs to one process, which the refusal names; death gives it back at once', async () => {
  const script = `
    import { DataFolder } from ${JSON.stringify(new URL('../../jobs/data-folder.ts', import.meta.url).href)};
    globalThis.kept = await DataFolder.open(process.argv[1]);
    console.log('taken');
    setInterval(() => {}, 1000);`;
  const child = (owner = spawn(process.execPath, ['--input-type=module', '-e', script, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  }));
  await once(child.stdout, 'data');

  const refused = await DataFolder.open(folder).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(DataFolderInUse);
  expect(String(refused)).toContain(`in use by process ${child.pid}, since 2`);
  expect(String(refused)).toContain('--data');

  child.kill('SIGKILL');
  await once(child, 'close');
  const mine = await DataFolder.open(folder);
  await expect(DataFolder.open(folder)).rejects.toThrow(`process ${process.pid},`);
  mine.close();
});

test('remembers what carries the jobs', async () => {
  const first = await DataFolder.open(folder);
  expect(await first.useQueue('embedded')).toBeNull();
  first.close();

  const second = await DataFolder.open(folder);
  expect(await second.useQueue('redis')).toBe('embedded');
  expect(await second.useQueue('redis')).toBe('redis');
  second.close();
  expect(JSON.parse(await readFile(join(folder, 'engine.json'), 'utf8'))).toEqual({
    installation: first.installation,
    queue: 'redis',
  });
});

test('says what to do about a memory that is not readable, and lets the lock go', async () => {
  await writeFile(join(folder, 'engine.json'), '{"queue":"abacus"}');

  await expect(DataFolder.open(folder)).rejects.toThrow(/engine\.json is not readable \(.*\)\. Delete it/);

  await rm(join(folder, 'engine.json'));
  (await DataFolder.open(folder)).close();
});
