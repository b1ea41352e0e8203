import process from 'node:process';
import { parseArgs } from 'node:util';
import { compareCases } from './cases.ts';

// `npm run fuzz -- --seed 4711 --rounds 10 --cases 300`: random programs, by `clips` and by us, until they differ; without --rounds
// it goes on for ever. What differs is made small and printed with its seed.

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    rounds: { type: 'string' },
    cases: { type: 'string', default: '300' },
  },
});
const first = values.seed === undefined ? Math.floor(Math.random() * 1_000_000) : Number(values.seed);
const rounds = values.rounds === undefined ? Infinity : Number(values.rounds);
const cases = Number(values.cases);
if (![first, cases].every((number) => Number.isSafeInteger(number) && number >= 0) || Number.isNaN(rounds)) {
  process.stderr.write('--seed, --rounds and --cases are whole numbers\n');
  process.exit(2);
}

const sum = { compared: 0, refused: 0, crashed: 0 };
for (let seed = first; seed < first + rounds; seed += 1) {
  const { compared, refused, crashed } = compareCases(seed, cases);
  sum.compared += compared;
  sum.refused += refused;
  sum.crashed += crashed;
  process.stdout.write(
    `seed ${seed}: ${compared} of ${cases} agree; ${sum.compared} in all, ${sum.refused} refused and ${sum.crashed} crashed by clips\n`,
  );
}
