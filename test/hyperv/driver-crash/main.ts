import process from 'node:process';
import { parseArgs } from 'node:util';
import { CASES } from './cases.ts';
import { DriverCrash } from './crash.ts';

// `npm run crash:driver -- --kills 20 --seed 7 --verb migrateMachine`: kills drivers inside of every verb, so many times each.

const { values } = parseArgs({
  options: { kills: { type: 'string', default: '20' }, seed: { type: 'string' }, verb: { type: 'string' } },
});
const kills = Number(values.kills);
const seed = Number(values.seed ?? Date.now() % 1_000_000);
const cases = CASES.filter(({ verb }) => values.verb === undefined || verb === values.verb);
if (!Number.isSafeInteger(kills) || kills < 1 || !Number.isSafeInteger(seed) || cases.length === 0) {
  process.stderr.write('usage: npm run crash:driver -- [--kills N] [--seed S] [--verb VERB]\n');
  process.exit(1);
}

process.stdout.write(`seed ${seed}\n`);
const crash = new DriverCrash(seed);
let failed = 0;
for (const each of cases) {
  const { inside, outside, wrongs } = await crash.run(each, kills);
  const isEnough = inside >= kills;
  process.stdout.write(
    `${each.verb} of what was ${each.before}${each.inCluster === true ? ', in a cluster' : ''}: ${inside} killed inside, ${outside} after it had answered${isEnough ? '' : ': too few'}\n`,
  );
  for (const wrong of wrongs) process.stdout.write(`  ${wrong}\n`);
  failed += wrongs.length + (isEnough ? 0 : 1);
}
await crash.close();
process.exitCode = failed === 0 ? 0 : 1;
