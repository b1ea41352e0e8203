import process from 'node:process';
import { describe, expect, test } from '@jest/globals';
import { redisProgram } from './redis-server.ts';
import { crashRun } from './run.ts';

/** Guards against a run that hangs; it asserts nothing about speed. */
const HANG_MS = 600_000;
const KILLS = 15;

// Where everything that tests use is there, as in CI, nothing is passed over.
const mayRedis = redisProgram !== undefined || process.env['CI'] !== undefined;
if (!mayRedis)
  console.warn('SKIPPED: no redis-server on this machine, so nothing here is known of crashes on Redis');

describe('killed at random moments and started again', () => {
  const run = async (queue: 'embedded' | 'redis', seed: number): Promise<void> => {
    const { wrongs, killed, acknowledged, kept } = await crashRun({ kills: KILLS, seed, queue });

    expect({ wrongs, kept }).toEqual({ wrongs: [], kept: null });
    expect(killed.starting + killed.working).toBe(KILLS);
    expect(acknowledged).toBeGreaterThan(KILLS);
  };

  test(
    'on the embedded queue nothing acknowledged is lost, and nothing is done twice',
    () => run('embedded', 1),
    HANG_MS,
  );

  const onRedis = mayRedis ? test : test.skip;
  onRedis('on Redis nothing acknowledged is lost, and nothing is done twice', () => run('redis', 2), HANG_MS);
});
