import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

/** By the folder of a source, those whose tests are asked. What is built on them sees everything too, and is slower to notice it. */
const asked: Readonly<Record<string, readonly string[]>> = {
  engine: ['test/engine', 'test/clips'],
  dsl: ['test/dsl', 'test/clips'],
};

/** Which tests can see a source: those that import it, or import what does. */
export class Watchers {
  readonly #root: string;
  readonly #seen = new Map<string, ReadonlySet<string>>();

  constructor(root: string) {
    this.#root = root;
    for (const test of globSync('test/{engine,dsl,clips}/**/*.test.ts', { cwd: root }).toSorted())
      this.#seen.set(test, this.#reachedFrom(test));
  }

  /** All tests that are asked. */
  get tests(): readonly string[] {
    return [...this.#seen.keys()];
  }

  of(file: string): readonly string[] {
    const folders = asked[file.split('/')[0] as string] ?? [];
    return this.tests.filter((test) => this.#seen.get(test)?.has(file) && folders.includes(dirname(test)));
  }

  #reachedFrom(test: string): ReadonlySet<string> {
    const reached = new Set([test]);
    // A set goes on to what is added while it is walked.
    for (const file of reached)
      for (const imported of importsOf(readFileSync(join(this.#root, file), 'utf8')))
        reached.add(normalize(join(dirname(file), imported)));
    return reached;
  }
}

/** What a source imports of this project, but for types alone. */
export function importsOf(source: string): string[] {
  const imports =
    /^(?:import|export) (?!type )(?:[^;]*? from )?'(\.[^']+\.ts)';|\bimport\('(\.[^']+\.ts)'\)/gm;
  return [...source.matchAll(imports)].map(([, from, lazy]) => (from ?? lazy) as string);
}
