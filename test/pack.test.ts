import { execFile } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

// What is packed works where it is installed: an empty folder holds the unpacked tarball under node_modules, as npm would put it there,
// and nothing else. Node strips no types there, so everything has to be JavaScript.

const root = join(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'octopus-pack-'));
const modules = join(folder, 'node_modules');
const run = promisify(execFile);

/** Runs a program in the folder; what it prints. */
async function node(...words: readonly string[]): Promise<string> {
  const { stdout } = await run(process.execPath, words, { cwd: folder });
  return stdout;
}

/** What the compiler says of programs in the folder. */
async function typeErrors(...files: readonly string[]): Promise<string> {
  const options = [
    '--noEmit',
    '--strict',
    '--noUncheckedIndexedAccess',
    '--target',
    'es2024',
    '--module',
    'nodenext',
  ];
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  try {
    return await node(tsc, ...options, '--types', 'node', ...files);
  } catch (error) {
    return (error as { stdout: string }).stdout;
  }
}

/** Programs of the page of examples, each with what stands behind it. */
const page = readFileSync(join(root, 'engine/EXAMPLES.md'), 'utf8');
const examples = [...page.matchAll(/```ts\n([^]*?)```\n\n```text\n([^]*?)```/g)].map(
  ({ index, 1: code = '', 2: prints = '' }, number) => {
    const title =
      page
        .slice(0, index)
        .match(/(?<=^## ).*/gm)
        ?.at(-1) ?? '';
    return { number, title, code, prints };
  },
);

beforeAll(async () => {
  await run('npm', ['pack', '--pack-destination', folder], { cwd: root });
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? '';
  mkdirSync(join(modules, 'octopus'), { recursive: true });
  await run('tar', ['xzf', tarball, '-C', join(modules, 'octopus'), '--strip-components=1'], { cwd: folder });
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n');
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the package', () => {
  test('holds JavaScript and types, and no source', () => {
    const files = readdirSync(join(modules, 'octopus'), { recursive: true, encoding: 'utf8' });

    expect(files).toEqual(
      expect.arrayContaining(['dist/engine/index.js', 'dist/engine/index.d.ts', 'dist/dsl/index.js']),
    );
    expect(files).toEqual(expect.arrayContaining(['README.md', 'LICENSE', 'dist/policies/base/lease.clp']));
    expect(files.filter((name) => /(?<!\.d)\.ts$/.test(name))).toEqual([]);
  });

  test('octopus/engine needs nothing beside it', async () => {
    writeFileSync(
      join(folder, 'engine.js'),
      `import { Session, slot, template } from 'octopus/engine';
const light = template('light', { colour: slot.symbol({ default: 'red' }) });
const base = { templates: [light], facts: [], globals: [], functions: [], rules: [] };
const session = new Session(base, { strategy: 'depth', world: { functions: new Map(), write() {} } });
session.assert(light, {});
console.log(JSON.stringify(session.query(light)));`,
    );

    expect(await node('engine.js')).toBe('[{"index":1,"slots":{"colour":"red"}}]\n');
  });

  test('octopus/dsl needs chevrotain', async () => {
    writeFileSync(
      join(folder, 'dsl.js'),
      `import { compile } from 'octopus/dsl';
const { base } = compile([{ name: 'a.clp', text: '(defrule a (b ?x) => (assert (c ?x)))' }], { functions: [] });
console.log(base.rules[0].name);`,
    );

    await expect(node('dsl.js')).rejects.toThrow("Cannot find package 'chevrotain'");
    symlinkSync(join(root, 'node_modules/chevrotain'), join(modules, 'chevrotain'));
    expect(await node('dsl.js')).toBe('a\n');
  });

  test.each(examples)('example $number of the page: $title', async ({ number, code, prints }) => {
    writeFileSync(join(folder, `example-${number}.ts`), code);

    expect(await node(`example-${number}.ts`)).toBe(prints);
  });

  test('the examples hold their types', async () => {
    const files = examples.map(({ number }) => `example-${number}.ts`);
    symlinkSync(join(root, 'node_modules/@types'), join(modules, '@types'));
    expect(await typeErrors(...files)).toBe('');
  });

  test('its types are those of the sources', async () => {
    writeFileSync(
      join(folder, 'typed.ts'),
      `import { Session, slot, template, type NewFact } from 'octopus/engine';
import { compile } from 'octopus/dsl';
const light = template('light', { colour: slot.symbol({ allowed: ['red', 'green'], default: 'red' }) });
const { base } = compile([], { functions: [] });
if (base === null) throw new Error();
const session = new Session(base, { strategy: 'depth', world: { functions: new Map(), write: () => undefined } });
const red: NewFact<typeof light> = { colour: 'red' };
session.assert(light, red);
const colour: 'red' | 'green' | undefined = session.query(light)[0]?.slots.colour;
// @ts-expect-error no such colour
session.assert(light, { colour: 'blue' });
export { colour };
`,
    );
    expect(await typeErrors('typed.ts')).toBe('');
  });

  test('the program runs from it', async () => {
    for (const name of readdirSync(join(root, 'node_modules')))
      if (!existsSync(join(modules, name)))
        symlinkSync(join(root, 'node_modules', name), join(modules, name));

    const out = await node(
      'node_modules/octopus/bot/octopus.mjs',
      'policy',
      'check',
      'node_modules/octopus/dist/policies/base/quota.clp',
    );

    expect(out).toContain('no errors');

    // Its functions call themselves, so this one runs in a thread.
    writeFileSync(
      join(folder, 'deep.clp'),
      '(deffunction sum (?n) (if (= ?n 0) then 0 else (+ ?n (sum (- ?n 1)))))\n(printout t (sum 3000) crlf)\n(exit)\n',
    );
    expect(await node('node_modules/octopus/bot/octopus.mjs', 'clips', '-f2', 'deep.clp')).toBe('4501500\n');
  });
});
