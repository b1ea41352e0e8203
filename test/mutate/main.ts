import { globSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { mutantsOf, mutated, type Mutant } from './mutants.ts';
import { Results } from './results.ts';
import { sampled } from './sample.ts';
import { bar, tableOf, type Row } from './table.ts';
import { Trial } from './trial.ts';
import { Watchers } from './watchers.ts';

// `npm run mutate -- --sample 3 --seed 1`, or with the names of sources: changes each source in one small place after the other, in a
// copy, and runs the tests that can see it. What no test notices survives and is printed. What was found out stands in a file, so
// that a run that was broken off goes on; `--again` tries anew what survived.

const root = resolve(import.meta.dirname, '../..');
/** A mutant is stopped when a test takes so many times as long as otherwise, and this: other work on the computer slows it too. */
const patience = 4;
const startMs = 20_000;
const patienceMs = (test: string): number => startMs + patience * (results.msOf(test) ?? 0);

const { values, positionals } = parseArgs({
  options: {
    sample: { type: 'string' },
    seed: { type: 'string', default: '1' },
    results: { type: 'string', default: '.cache/mutants.json' },
    again: { type: 'boolean', default: false },
  },
  allowPositionals: true,
});
const size = values.sample === undefined ? Infinity : Number(values.sample);
const all = globSync('{engine,dsl}/**/*.ts', { cwd: root }).toSorted();
const files = positionals.length === 0 ? all : positionals.map((file) => relative(root, resolve(file)));
if (!(size > 0) || files.some((file) => !all.includes(file))) {
  process.stderr.write('sources are those of engine/ and dsl/, and --sample is a number above 0\n');
  process.exit(2);
}

/** What no test imports survives. */
const unseen = { outcome: 'survived', ms: new Map<string, number>() } as const;

const watchers = new Watchers(root);
const results = new Results(join(root, values.results));
const rows = files.map((file) => {
  const source = readFileSync(join(root, file), 'utf8');
  return { file, source, mutants: sampled(mutantsOf(source), size, `${values.seed} ${file}`) };
});
const count = rows.reduce((sum, { mutants }) => sum + mutants.length, 0);

let done = 0;
let survivors = 0;
{
  using trial = new Trial(root);
  await measureTests(trial);
  for (const row of rows) for (const mutant of row.mutants) await tryOut(trial, row, mutant);
}
process.stderr.write('\n');
process.stdout.write(tableOf(rows.filter(({ mutants }) => mutants.length > 0).map(tried)));

/** Runs every test once on sources that nobody has changed: they have to pass, and their times are kept. */
async function measureTests(trial: Trial): Promise<void> {
  const fresh = watchers.tests.filter((test) => results.msOf(test) === null);
  if (fresh.length === 0) return;
  process.stderr.write(`${fresh.length} tests are run without any change first\n`);
  const { outcome, by, ms } = await trial.run(fresh, () => Infinity);
  if (outcome !== 'survived') throw new Error(`${by ?? 'a test'} fails without any change`);
  for (const [test, each] of ms) results.measured(test, each);
}

async function tryOut(trial: Trial, { file, source }: (typeof rows)[number], mutant: Mutant): Promise<void> {
  const known = results.outcome(file, source, mutant);
  if (known === undefined || (known === 'survived' && values.again)) {
    const tests = results.inOrder(watchers.of(file));
    trial.write(file, mutated(source, mutant));
    const { outcome, ms: ran } = tests.length === 0 ? unseen : await trial.run(tests, patienceMs);
    trial.write(file, source);
    results.note(file, source, mutant, outcome, [...ran.keys()]);
  }
  done += 1;
  if (results.outcome(file, source, mutant) === 'survived') survivors += 1;
  process.stderr.write(`\r${bar(done, count)}, ${survivors} survive, ${file.padEnd(40)}`);
}

function tried({ file, source, mutants }: (typeof rows)[number]): Row {
  const outcomes = mutants.flatMap((mutant) => {
    const outcome = results.outcome(file, source, mutant);
    return outcome === undefined ? [] : [{ mutant, outcome }];
  });
  return { file, source, tried: outcomes };
}
