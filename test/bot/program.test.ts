import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test } from '@jest/globals';

const launcher = join(import.meta.dirname, '..', '..', 'bot', 'octopus.mjs');
const folder = mkdtempSync(join(tmpdir(), 'octopus-program-'));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Run {
  readonly code: number;
  readonly out: string;
}

/** Runs the program as a person does, in an empty folder. */
async function octopus(...words: readonly string[]): Promise<Run> {
  const run = promisify(execFile)(process.execPath, [launcher, ...words], { cwd: folder });
  try {
    const { stdout, stderr } = await run;
    return { code: 0, out: stdout + stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, out: stdout + stderr };
  }
}

test('help lists the commands, and each says what it does', async () => {
  const help = await octopus('help');
  const ofChat = await octopus('chat', '--help');

  expect(help.out).toMatch(/start .*run Octopus[\s\S]*chat [\s\S]*policy[\s\S]*journal/);
  expect(ofChat.out).toContain('.clock +13d');
});

test('a word that is no command is told with the nearest one', async () => {
  const run = await octopus('strat');

  expect(run.code).toBe(1);
  expect(run.out).toContain('Did you mean start?');
});

test('policy check prints every error with its place and ends with 1', async () => {
  const file = join(folder, 'mine.clp');
  writeFileSync(file, '(defrule a\n  (lease (holdr ?x))\n  =>\n  (refuze ?x))\n');

  const run = await octopus('policy', 'check', file);

  expect(run.code).toBe(1);
  expect(run.out).toContain('mine.clp:2:11 error DSL2003: template `lease` has no slot `holdr`');
  expect(run.out).toContain('did you mean `refuse`?');
  expect(run.out).toContain('2 errors');
});

test('policy check of a sound file ends with 0', async () => {
  const file = join(folder, 'sound.clp');
  writeFileSync(file, '(defrule never (request (id ?r) (cores 999)) => (refuse ?r "never"))\n');

  const run = await octopus('policy', 'check', file);

  expect(run.code).toBe(0);
  expect(run.out).toContain('no errors');
});

test('policy fmt prints the house format, and writes only when told', async () => {
  const file = join(folder, 'loose.clp');
  const loose = '(deffacts a (b) ; why\n)';
  writeFileSync(file, loose);

  expect(await octopus('policy', 'fmt', file)).toEqual({ code: 0, out: '(deffacts a\n  (b)) ; why\n' });
  expect(await octopus('policy', 'fmt', '--check', file)).toMatchObject({ code: 1 });
  expect(readFileSync(file, 'utf8')).toBe(loose);
  expect(await octopus('policy', 'fmt', '--write', file)).toEqual({ code: 0, out: `${file}\n` });
  expect(readFileSync(file, 'utf8')).toBe('(deffacts a\n  (b)) ; why\n');
  expect(await octopus('policy', 'fmt', '--check', file)).toEqual({ code: 0, out: '' });
});

test('policy fmt leaves a file with errors alone and tells them', async () => {
  const file = join(folder, 'broken.clp');
  writeFileSync(file, '(deffacts a (b)');

  const run = await octopus('policy', 'fmt', '--write', file);

  expect(run.code).toBe(1);
  expect(run.out).toContain('error DSL1001');
  expect(readFileSync(file, 'utf8')).toBe('(deffacts a (b)');
});

test('policy explain-network prints the network of a file and draws it', async () => {
  const file = join(folder, 'network.clp');
  const svg = join(folder, 'network.svg');
  writeFileSync(
    file,
    '(defrule one (request (id ?r) (host ?h)) (host (name ?h) (status off)) => (refuse ?r "no"))\n' +
      '(defrule two (request (id ?x) (host ?y)) (not (host (name ?y))) => (refuse ?x "no"))\n',
  );

  const run = await octopus('policy', 'explain-network', file, '--svg', svg);

  expect(run.code).toBe(0);
  expect(run.out).toContain('2 rules · 3 alpha memories for 4 patterns · 3 nodes for 4 conditions');
  expect(run.out).toContain('1 join request α1 (shared by 2 rules)');
  expect(readFileSync(svg, 'utf8')).toMatch(/^<svg [^]*<\/svg>\n$/);

  const source = await octopus('policy', 'explain-network', file, '--source');
  expect(source.code).toBe(0);
  expect(source.out).toMatch(/function \w+\(/);
});

test('a configuration that is wrong is told in a sentence, without a stack', async () => {
  const file = join(folder, 'wrong.yaml');
  writeFileSync(file, 'sample-every: soon\n');

  const run = await octopus('start', '--config', file);

  expect(run.code).toBe(1);
  expect(run.out).toContain('sample-every: write a number');
  expect(run.out).not.toContain('    at ');
});

test('a secret whose platform is not configured does not open the playground', async () => {
  const data = join(folder, 'secret');
  const run = promisify(execFile)(process.execPath, [launcher, 'start', '--data', data], {
    cwd: folder,
    env: { ...process.env, SLACK_BOT_TOKEN: 'xoxb-a-secret' },
  });
  const { code, stdout, stderr } = (await run.catch((error: unknown) => error)) as Run & {
    stdout: string;
    stderr: string;
  };

  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(/^octopus: SLACK_BOT_TOKEN is set, and the configuration has no `slack:`\./);
  expect(stderr).not.toContain('xoxb-a-secret');
});

test('what cannot be started with is told in a line, and the program ends', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as AddressInfo;
  const file = join(folder, 'a-file');
  writeFileSync(file, '');

  const runs = [
    await octopus('start', '--port', String(port), '--data', join(folder, 'port')),
    await octopus('start', '--data', file),
    await octopus('journal', 'check', '--data', join(folder, 'nowhere')),
  ];
  taken.close();

  expect(runs.map(({ code }) => code)).toEqual([1, 1, 1]);
  expect(runs[0]?.out).toContain(`octopus: port ${port} is taken: name another one by --port, or none\n`);
  expect(runs[1]?.out).toMatch(
    /^octopus: the data folder .*a-file cannot be used \(EEXIST.*Name another one by --data\.\n$/,
  );
  expect(runs[2]?.out).toMatch(/^octopus: there is no data folder .*nowhere; --data names another one\n$/);
  expect(existsSync(join(folder, 'nowhere'))).toBe(false);
});
