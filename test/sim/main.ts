import process from 'node:process';
import { parseArgs } from 'node:util';
import { LawBroken, run } from './world.ts';

// `npm run sim -- --seed 7 --steps 400 --seeds 10`: lives through the worlds of some seeds, from this one on. With `--on` the laws
// that are broken are counted, where otherwise the first one ends a world.

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    steps: { type: 'string', default: '400' },
    seeds: { type: 'string', default: '1' },
    on: { type: 'boolean', default: false },
  },
});
const first = values.seed === undefined ? Math.floor(Math.random() * 1_000_000) : Number(values.seed);
const [steps, seeds] = [Number(values.steps), Number(values.seeds)];
if (![first, steps, seeds].every((number) => Number.isSafeInteger(number) && number >= 0)) {
  process.stderr.write('--seed, --steps and --seeds are whole numbers\n');
  process.exit(2);
}
for (let seed = first; seed < first + seeds; seed++) await live(seed);

async function live(seed: number): Promise<void> {
  process.stdout.write(`seed ${seed}, ${steps} steps\n`);
  try {
    const { decisions, accepted, refused, breaches, broken, digest } = await run({
      seed,
      steps,
      goOn: values.on,
      onProgress: (step, decided) =>
        void process.stdout.write(`  step ${step} of ${steps}: ${decided} decisions\n`),
    });
    process.stdout.write(
      `  ${broken.size === 0 ? 'all laws held' : 'laws were broken'}: ${decisions} decisions, ${accepted} accepted, ${refused} refused, digest ${digest.slice(0, 12)}\n`,
    );
    for (const [law, count] of broken) process.stdout.write(`  BROKEN ${count} times: ${law}\n`);
    if (broken.size > 0) process.exitCode = 1;
    for (const [law, count] of breaches)
      process.stdout.write(`  a law stood against a rule ${count} times: ${law}\n`);
  } catch (error) {
    if (!(error instanceof LawBroken)) throw error;
    for (const sentence of error.last) process.stdout.write(`    ${sentence}\n`);
    process.stdout.write(`  ${error.message}\n  again: npm run sim -- --seed ${seed} --steps ${steps}\n`);
    process.exitCode = 1;
  }
}
