import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Octopus } from '../../bot/octopus.ts';
import { People } from '../../bot/people.ts';
import { SlackLoopback } from '../../bot/playground/slack/slack-loopback.ts';
import { SlackSurface } from '../../bot/slack/slack-surface.ts';
import { Simulator } from '../../hyperv/simulator/simulator.ts';
import { RealClock } from '../../jobs/clock.ts';
import { DataFolder } from '../../jobs/data-folder.ts';
import { PgliteQueue } from '../../jobs/queue/pglite.ts';
import type { HostName, ImageName } from '../../policies/model.ts';
import { quantile, spread } from './measure.ts';

const commands = 200;
const people = 50;
/** Slack shows an error to whoever is not acknowledged within this. */
const slackWaitsMs = 3_000;

/**
 * A burst over Socket Mode: people who all ask for machines in the same moment, through the whole program with journal and
 * queue. Measured is until Slack has its acknowledgement, and until each request stands granted in the journal.
 */
export async function burstBench(): Promise<string[]> {
  const path = await mkdtemp(join(tmpdir(), 'octopus-bench-'));
  const users = Array.from({ length: people }, (_, at) => ({
    id: `user${at}`,
    name: `User ${at}`,
    zone: 'UTC',
  }));
  const slack = new SlackLoopback({ users, limits: 'lenient' });
  await slack.start();
  const folder = await DataFolder.open(path);
  const clock = new RealClock();
  const { bot: botToken, app: appToken } = slack.tokens;
  const octopus = await Octopus.open({
    folder,
    clock,
    pace: clock,
    hypervisor: new Simulator({ clock, hosts, images, store: null, speed: 100 }),
    queue: new PgliteQueue({ folder: join(path, 'queue'), concurrency: 2 }),
    surfaces: [new SlackSurface({ botToken, appToken, apiUrl: slack.apiUrl, log })],
    people: new People([]),
    sampleEvery: null,
    log,
  });
  try {
    const from = performance.now();
    const granted: number[] = [];
    const all = new Promise<void>((resolve) => {
      octopus.loop.onDecision(({ events }) => {
        if (!events.some(({ kind }) => kind === 'request-accepted')) return;
        granted.push(performance.now() - from);
        if (granted.length === commands) resolve();
      });
    });
    const acknowledged = await Promise.all(
      Array.from({ length: commands }, async (_, at) => {
        const sent = performance.now();
        const text = '/vm new 1c 1g ubuntu';
        const { ok, error } = await slack.act(`user${at % people}`, { kind: 'say', place: '#lab', text });
        if (!ok) throw new Error(`a command was not acknowledged: ${error ?? 'no reason'}`);
        return performance.now() - sent;
      }),
    );
    await all;
    const margin = slackWaitsMs / quantile(acknowledged, 0.99);
    return [
      `${commands} commands at once over Socket Mode, acknowledged: ${spread(acknowledged)}`,
      `ratio: Slack waits ${margin.toFixed(0)} times as long as the slowest but one of a hundred took`,
      `the same, decided and on disk: ${spread(granted)}`,
    ];
  } finally {
    await octopus.stop();
    await slack.stop();
    await rm(path, { recursive: true, force: true });
  }
}

/** What operators would read; here nobody does. */
const log = (): void => undefined;

const hosts = Array.from({ length: 20 }, (_, at) => ({
  name: `hv${at + 1}` as HostName,
  cores: 64,
  memory: 256 * 1024,
  power: 'on' as const,
}));
const images = [
  {
    name: 'ubuntu-24.04' as ImageName,
    os: 'linux' as const,
    login: 'ubuntu',
    memoryMin: 1024,
    aliases: ['ubuntu'],
  },
];
