import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { z } from 'zod';
import type { Outcome } from './results.ts';

const parts = ['bot', 'engine', 'dsl', 'hyperv', 'jobs', 'policies', 'test', 'package.json', 'tsconfig.json'];

/** A line of `reporter.ts`. */
const ended = z.object({ path: z.string(), failed: z.boolean(), ms: z.number() });

/** What a run of tests came to: the first test that failed, and how long each took. */
export interface Verdict {
  readonly outcome: Outcome;
  readonly by: string | null;
  readonly ms: ReadonlyMap<string, number>;
}

/** A copy of the tree, in which sources are changed and tests are run. */
export class Trial {
  readonly #copy = realpathSync(mkdtempSync(join(tmpdir(), 'octopus-mutants-')));

  constructor(root: string) {
    for (const part of parts) cpSync(join(root, part), join(this.#copy, part), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(this.#copy, 'node_modules'));
  }

  [Symbol.dispose](): void {
    rmSync(this.#copy, { recursive: true, force: true });
  }

  write(file: string, source: string): void {
    writeFileSync(join(this.#copy, file), source);
  }

  /** Runs tests in this order until one fails. A mutant may go round in circles: it is stopped when a test takes longer than `patienceMs`. */
  async run(tests: readonly string[], patienceMs: (test: string) => number): Promise<Verdict> {
    const report = join(this.#copy, 'report.txt');
    writeFileSync(report, '');
    const results = (): z.infer<typeof ended>[] => {
      const lines = readFileSync(report, 'utf8').split('\n').slice(0, -1);
      return lines.map((line) => ended.parse(JSON.parse(line)));
    };
    const jest = spawn(process.execPath, this.#arguments(tests), {
      cwd: this.#copy,
      // Fewer cases than usual, and always the same ones.
      env: { ...process.env, RUNS: '100', CASES: '150', SEED: '1', ORDER: tests.join(' '), REPORT: report },
      stdio: 'ignore',
    });
    let isStopped = false;
    let [finished, since] = [0, Date.now()];
    const watch = setInterval(() => {
      const now = results().length;
      if (now > finished) [finished, since] = [now, Date.now()];
      if (Date.now() - since <= patienceMs(tests[now] ?? '')) return;
      isStopped = true;
      jest.kill('SIGKILL');
    }, 200);
    const [status] = (await once(jest, 'exit')) as [number | null];
    clearInterval(watch);
    if (isStopped) return { outcome: 'stopped', by: null, ms: new Map() };
    const nameOf = (path: string): string => path.slice(this.#copy.length + 1);
    const failed = results().find((each) => each.failed);
    return {
      outcome: status === 0 ? 'survived' : 'killed',
      by: failed === undefined ? null : nameOf(failed.path),
      ms: new Map(results().map(({ path, ms }) => [nameOf(path), ms])),
    };
  }

  #arguments(tests: readonly string[]): string[] {
    return [
      '--experimental-vm-modules',
      '--no-warnings',
      'node_modules/jest/bin/jest.js',
      '--bail',
      '--silent',
      '--runInBand',
      `--testSequencer=${join(this.#copy, 'test/mutate/in-order.ts')}`,
      `--reporters=${join(this.#copy, 'test/mutate/reporter.ts')}`,
      '--runTestsByPath',
      ...tests,
    ];
  }
}
