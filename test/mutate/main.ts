import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { mutantsOf, mutated, type Mutant } from './mutants.ts';

// `npm run mutate -- engine/network/visits.ts --tests test/engine/clips`: changes a source in one small place after the other, in a
// copy, and runs the tests concerned each time. A mutant that no test notices survives, and is printed: a test is missing there, or
// the code says more than it has to. --max N takes N of them only, evenly.

const root = resolve(import.meta.dirname, '../..');
/** Milliseconds after which a mutant that goes round in circles counts as found. */
const longest = 180_000;
const { values, positionals } = parseArgs({
  options: { tests: { type: 'string', multiple: true }, max: { type: 'string' } },
  allowPositionals: true,
});
const files = positionals.map((file) => relative(root, resolve(file)));
if (files.length === 0 || files.some((file) => !/^(?:engine|dsl)\/.*\.ts$/.test(file))) {
  process.stderr.write('name a source of engine/ or dsl/, such as engine/network/visits.ts\n');
  process.exit(2);
}

const copy = mkdtempSync(join(tmpdir(), 'octopus-mutants-'));
try {
  for (const part of ['engine', 'dsl', 'test', 'policies', 'package.json', 'tsconfig.json'])
    cpSync(join(root, part), join(copy, part), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  for (const file of files) tryFile(file);
} finally {
  rmSync(copy, { recursive: true, force: true });
}

function tryFile(file: string): void {
  const source = readFileSync(join(root, file), 'utf8');
  const mutants = sampled(mutantsOf(source), values.max === undefined ? Infinity : Number(values.max));
  const tests = values.tests ?? concerned(file);
  if (fails(tests)) {
    process.stderr.write(`${tests.join(' ')} fails without any change\n`);
    process.exit(1);
  }
  const survivors: Mutant[] = [];
  for (const [at, mutant] of mutants.entries()) {
    progress(file, at, mutants.length, survivors.length);
    writeFileSync(join(copy, file), mutated(source, mutant));
    if (!fails(tests)) survivors.push(mutant);
  }
  writeFileSync(join(copy, file), source);
  progress(file, mutants.length, mutants.length, survivors.length);
  const found = mutants.length - survivors.length;
  process.stdout.write(`\n${file}: ${found} of ${mutants.length} found, ${percent(found, mutants.length)}\n`);
  const lines = source.split('\n');
  for (const { line, was, becomes } of survivors)
    process.stdout.write(
      `  ${file}:${line} \`${was}\` as \`${becomes}\`: ${lines[line - 1]?.trim() ?? ''}\n`,
    );
}

/** The tests of the same folder, and the corpus. */
function concerned(file: string): string[] {
  return file.startsWith('engine/')
    ? ['test/engine/', 'test/clips/corpus']
    : ['test/dsl/', 'test/clips/corpus'];
}

function fails(tests: readonly string[]): boolean {
  const jest = [
    '--experimental-vm-modules',
    '--no-warnings',
    'node_modules/jest/bin/jest.js',
    '--bail',
    '--silent',
    ...tests,
  ];
  const { status } = spawnSync(process.execPath, jest, {
    cwd: copy,
    // Fewer cases than usual, and always the same ones.
    env: { ...process.env, RUNS: '100', CASES: '150', SEED: '1' },
    timeout: longest,
    stdio: 'ignore',
  });
  return status !== 0;
}

function sampled(mutants: readonly Mutant[], most: number): Mutant[] {
  if (mutants.length <= most) return [...mutants];
  return Array.from({ length: most }, (_, at) => mutants[Math.floor((at * mutants.length) / most)] as Mutant);
}

function percent(part: number, whole: number): string {
  return `${whole === 0 ? 100 : Math.round((part / whole) * 100)} %`;
}

function progress(file: string, done: number, all: number, survivors: number): void {
  const width = 30;
  const filled = all === 0 ? width : Math.round((done / all) * width);
  const bar = `${'█'.repeat(filled)}${'░'.repeat(width - filled)}`;
  process.stderr.write(`\r${file} ${bar} ${done} of ${all}, ${survivors} survive `);
}
