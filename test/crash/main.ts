import process from 'node:process';
import { parseArgs } from 'node:util';
import { redisProgram } from './redis-server.ts';
import { crashRun } from './run.ts';

// `npm run crash -- --kills 30 --seed 1`: kills real processes at random moments, on both queues.

const { values } = parseArgs({
  options: { kills: { type: 'string', default: '30' }, seed: { type: 'string' } },
});
const kills = Number(values.kills);
const seed = Number(values.seed ?? Date.now() % 1_000_000);
if (!Number.isSafeInteger(kills) || kills < 1 || !Number.isSafeInteger(seed)) {
  process.stderr.write('usage: npm run crash -- [--kills N] [--seed S], both whole numbers\n');
  process.exit(1);
}

const onRedis = redisProgram === undefined ? 0 : Math.floor(kills / 2);
if (onRedis === 0) process.stdout.write('no redis-server here: nothing is killed on Redis\n');
process.stdout.write(`seed ${seed}\n`);

for (const [queue, share] of [
  ['embedded', kills - onRedis],
  ['redis', onRedis],
] as const) {
  if (share === 0) continue;
  const onProgress = (sentence: string): void => void process.stdout.write(`${queue}: ${sentence}\n`);
  const { wrongs, killed, asked, acknowledged, kept } = await crashRun({
    kills: share,
    seed,
    queue,
    onProgress,
  });
  process.stdout.write(
    `${queue}: killed ${killed.starting} while starting and ${killed.working} while working; ` +
      `${acknowledged} of ${asked} presses acknowledged; ${wrongs.length} wrongs\n`,
  );
  for (const wrong of wrongs) process.stdout.write(`  ${wrong}\n`);
  if (kept === null) continue;
  process.stdout.write(`  the folder is kept: ${kept}\n`);
  process.exitCode = 1;
}
