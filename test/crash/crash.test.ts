import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { expect, test } from '@jest/globals';
import type { AuditedHost } from '../../hyperv/simulator/simulator.ts';
import type { HostName, ImageName, MachineId } from '../../policies/model.ts';
import { State } from '../../policies/state.ts';
import { redisProgram } from './redis-server.ts';
import { crashRun } from './run.ts';
import { wrongs } from './verdict.ts';

/** Guards against a run that hangs; it asserts nothing about speed. */
const HANG_MS = 3_600_000;
/** On each queue. */
const KILLS = 30;

// Where everything that tests use should be there, as in CI, nothing is passed over.
const mayRedis = redisProgram !== undefined || process.env['CI'] !== undefined;
if (!mayRedis)
  console.warn('SKIPPED: no redis-server on this machine, so nothing here is known of crashes on Redis');
const queues = mayRedis ? (['embedded', 'redis'] as const) : (['embedded'] as const);

test.each(queues)(
  'killed at random moments on the %s queue, nothing acknowledged is lost and nothing is done twice',
  async (queue) => {
    const { wrongs: found, killed, acknowledged, kept } = await crashRun({ kills: KILLS, seed: 1, queue });

    expect({ found, kept }).toEqual({ found: [], kept: null });
    expect(killed.starting + killed.working).toBe(KILLS);
    expect(acknowledged).toBeGreaterThan(KILLS);
  },
  HANG_MS,
);

test('the verdict sees a lost promise, and an orphan disk that is there twice', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'octopus-verdict-'));
  const stray = { machine: 'm-1' as MachineId, size: 4, image: 'ubuntu-24.04' as ImageName };
  const host = (name: string): AuditedHost => ({
    name: name as HostName,
    power: 'on',
    machines: [],
    disks: [stray],
  });

  const found = await wrongs({
    folder,
    acknowledged: new Map([['p1', 'release']]),
    state: new State().toJSON(),
    audit: [host('hv01'), host('hv02')],
  });

  expect(found).toEqual([
    'p1 was acknowledged, and the journal knows nothing of it: release',
    'hv01 has an orphan disk of m-1',
    'the disk of m-1 is on hv01 and on hv02',
    'hv02 has an orphan disk of m-1',
  ]);
  await rm(folder, { recursive: true });
});
