import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import type { Mutant } from './mutants.ts';

/** What became of a mutant: a test failed, it went round in circles, or nobody noticed. */
export type Outcome = 'killed' | 'stopped' | 'survived';

const shape = z.object({
  /** By source, contents of the source and change. */
  outcomes: z.record(z.string(), z.enum(['killed', 'stopped', 'survived'])),
  tests: z.record(z.string(), z.object({ ms: z.number(), runs: z.number(), kills: z.number() })),
});

/** What has been found out so far, in a file, so that a run that was broken off goes on. A source that changes is tried anew. */
export class Results {
  readonly #path: string;
  readonly #known: z.infer<typeof shape>;

  constructor(path: string) {
    this.#path = path;
    this.#known = existsSync(path)
      ? shape.parse(JSON.parse(readFileSync(path, 'utf8')))
      : { outcomes: {}, tests: {} };
  }

  outcome(file: string, source: string, mutant: Mutant): Outcome | undefined {
    return this.#known.outcomes[keyOf(file, source, mutant)];
  }

  /** `ran`: the tests that ended, the last of which has noticed it if one has. */
  note(file: string, source: string, mutant: Mutant, outcome: Outcome, ran: readonly string[]): void {
    this.#known.outcomes[keyOf(file, source, mutant)] = outcome;
    for (const [at, name] of ran.entries()) {
      const test = this.#known.tests[name];
      if (test === undefined) continue;
      test.runs += 1;
      if (outcome === 'killed' && at === ran.length - 1) test.kills += 1;
    }
    this.#save();
  }

  /** How long a test takes on sources that nobody has changed; null: it has not been measured. */
  msOf(test: string): number | null {
    return this.#known.tests[test]?.ms ?? null;
  }

  measured(test: string, ms: number): void {
    this.#known.tests[test] = { ms, runs: 0, kills: 0 };
    this.#save();
  }

  /** Tests in the order in which they are likely to notice something soonest. */
  inOrder(tests: readonly string[]): readonly string[] {
    // Before anything is known of a test it is taken to notice every second mutant.
    const msPerKill = (test: string): number => {
      const { ms, runs, kills } = this.#known.tests[test] ?? { ms: 0, runs: 0, kills: 0 };
      return (ms * (runs + 2)) / (kills + 1);
    };
    return tests.toSorted((a, b) => msPerKill(a) - msPerKill(b));
  }

  #save(): void {
    mkdirSync(dirname(this.#path), { recursive: true });
    writeFileSync(this.#path, JSON.stringify(this.#known, null, 1));
  }
}

function keyOf(file: string, source: string, { at, becomes }: Mutant): string {
  const contents = createHash('sha1').update(source).digest('hex').slice(0, 12);
  return `${file} ${contents} ${at} ${becomes}`;
}
