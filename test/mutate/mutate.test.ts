import { afterAll, describe, expect, test } from '@jest/globals';
import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { mutantsOf, mutated } from './mutants.ts';
import { Results } from './results.ts';
import { sampled } from './sample.ts';
import { tableOf } from './table.ts';
import { Trial } from './trial.ts';
import { importsOf, Watchers } from './watchers.ts';

const root = resolve(import.meta.dirname, '../..');

describe('mutants', () => {
  test('change code, and leave texts, comments and types as they are', () => {
    const source = [
      "import { a } from './a.ts';",
      '/** a && b */',
      'export type Both = { a: true;',
      '  b: true };',
      '',
      'interface Other { a: true }',
      '',
      "const text = 'a && b';",
      'const pattern = /a && b/;',
      'if (a && b) {',
      '  this.#list.push(1);',
      '}',
    ].join('\n');
    const changes = mutantsOf(source).map(({ line, was, becomes }) => `${line}:${was}:${becomes}`);
    expect(changes).toEqual(['10: && : || ', '11:this.#list.push(1);:;', '11:.push(:.unshift(', '11:1:0']);
  });

  test('are one change each', () => {
    const source = readFileSync(join(root, 'engine/order.ts'), 'utf8');
    const mutants = mutantsOf(source);
    expect(mutants.length).toBeGreaterThan(5);
    expect(new Set([source, ...mutants.map((mutant) => mutated(source, mutant))]).size).toBe(
      mutants.length + 1,
    );
  });
});

test('a sample is the same for the same seed, and part of a larger one', () => {
  const all = Array.from({ length: 50 }, (_, at) => at);
  const five = sampled(all, 5, 'seed');
  expect(sampled(all, 5, 'seed')).toEqual(five);
  expect(sampled(all, 5, 'other')).not.toEqual(five);
  expect(sampled(all, 20, 'seed')).toEqual(expect.arrayContaining(five));
  expect(sampled(all, 99, 'seed')).toEqual(all);
});

describe('who sees a source', () => {
  test('imports for types alone do not count', () => {
    const source = [
      "import type { A } from './a.ts';",
      "import { b, type C } from './b.ts';",
      "import './c.ts';",
      "export { d } from '../d.ts';",
      "import fc from 'fast-check';",
      "const late = await import('./e.ts');",
    ];
    expect(importsOf(source.join('\n'))).toEqual(['./b.ts', './c.ts', '../d.ts', './e.ts']);
  });

  test('are tests that import it, or import what does', () => {
    const watchers = new Watchers(root);
    expect(watchers.of('engine/network/group.ts')).toContain('test/clips/corpus.test.ts');
    expect(watchers.of('dsl/format.ts')).toContain('test/dsl/format.test.ts');
    expect(watchers.of('dsl/format.ts')).not.toContain('test/engine/functions.test.ts');
    expect(watchers.of('engine/unknown.ts')).toEqual([]);
  });
});

describe('results', () => {
  const path = join(tmpdir(), `octopus-results-${process.pid}.json`);
  afterAll(() => rmSync(path, { force: true }));
  const [mutant] = mutantsOf('if (a && b) c();');

  test('are kept for the same source, and tests that notice come first', () => {
    if (mutant === undefined) throw new Error('there is a mutant');
    const results = new Results(path);
    for (const name of ['blind', 'sharp']) results.measured(name, 100);
    results.note('a.ts', 'if (a && b) c();', mutant, 'killed', ['blind', 'sharp']);
    const again = new Results(path);
    expect(again.outcome('a.ts', 'if (a && b) c();', mutant)).toBe('killed');
    expect(again.outcome('a.ts', 'if (a && b) d();', mutant)).toBeUndefined();
    expect(again.inOrder(['blind', 'sharp'])).toEqual(['sharp', 'blind']);
    expect(again.msOf('sharp')).toBe(100);
    expect(again.msOf('other')).toBeNull();
  });
});

test('the table tells scores, and what survived with its line', () => {
  const source = 'first();\nif (a && b) second();';
  const [mutant] = mutantsOf(source);
  if (mutant === undefined) throw new Error('there is a mutant');
  const table = tableOf([
    { file: 'a.ts', source, tried: [{ mutant, outcome: 'survived' }] },
    { file: 'b.ts', source, tried: [{ mutant, outcome: 'killed' }] },
  ]);
  expect(table.split('\n')).toEqual([
    'file   mutants   killed survived  score',
    'a.ts         1        0        1    0 %',
    'b.ts         1        1        0  100 %',
    'total        2        1        1   50 %',
    'a.ts:2 `&&` as `||`: if (a && b) second();',
    '',
  ]);
});

// The real thing, short: one test, sources as they are and with a change that it has to notice.
test('a test passes without a change, fails with one, and a loop is stopped', async () => {
  using trial = new Trial(root);
  const tests = ['test/engine/define.test.ts'];
  expect(await trial.run(tests, () => Infinity)).toMatchObject({ outcome: 'survived', by: null });

  const file = 'engine/define.ts';
  const source = readFileSync(join(root, file), 'utf8');
  trial.write(file, source.replace('export function', 'throw new Error(); export function'));
  expect(await trial.run(tests, () => Infinity)).toMatchObject({ outcome: 'killed', by: tests[0] });

  trial.write(file, source.replace('export function', 'for (;;); export function'));
  expect((await trial.run(tests, () => 5000)).outcome).toBe('stopped');
});
