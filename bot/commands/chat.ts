import process from 'node:process';
import { isatty } from 'node:tty';
import { VirtualClock } from '../../jobs/clock.ts';
import { DataFolder } from '../../jobs/data-folder.ts';
import type { Instant } from '../../policies/model.ts';
import type { Environment } from '../main.ts';
import { Octopus } from '../octopus.ts';
import { People, type KnownPerson } from '../people.ts';
import { PLAYGROUND_PEOPLE } from '../playground/users.ts';
import { chat as converse } from '../terminal/chat.ts';
import type { TerminalUser } from '../terminal/screen.ts';
import { TerminalSurface } from '../terminal/terminal-surface.ts';
import { UsageError } from './expected.ts';
import { atRest, settled } from './rest.ts';
import { policyFilesOf, queueOf, simulatedHosts } from './site.ts';

export interface ChatCommand {
  readonly json?: boolean;
  readonly as?: string;
}

/**
 * `octopus chat`: the same handlers as in Slack and Teams, at a terminal or by a script. In a script the clock is virtual:
 * it stands still, but that simulated hosts at work pull it on. Real hosts are never reached from here.
 */
export async function chat(environment: Environment, { json = false, as }: ChatCommand): Promise<void> {
  const interactive = isatty(process.stdin.fd) && isatty(process.stdout.fd) && !json;
  // Whoever reads our output may have seen enough (`octopus chat | head`): the work goes on, only nobody looks.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  const { config } = environment;
  const { cluster } = config;
  if (cluster.driver !== 'simulator')
    throw new UsageError(
      'the terminal works on simulated hosts, and the configuration names real ones: use --config with another file, and --data with another folder',
    );
  const people = config.people.length > 0 ? config.people : PLAYGROUND_PEOPLE;
  const folder = await DataFolder.open(environment.data);
  const clock = new VirtualClock(
    Math.floor(Date.now() / 1000) as Instant,
    interactive ? 'running' : 'stopped',
  );
  const users = speakingFirst(people, as);
  const screen = { output: process.stdout, interactive, json, users, now: () => clock.now() };
  const surface = new TerminalSurface(screen);
  const policyFiles = policyFilesOf(environment);
  const octopus = await Octopus.open({
    folder,
    clock,
    pace: clock.pulling,
    hypervisor: simulatedHosts(cluster, folder, clock.pulling),
    queue: await queueOf(environment, folder, log),
    surfaces: [surface],
    people: new People(people),
    catchUp: (instant) => clock.advanceTo(instant),
    ...(policyFiles === undefined ? {} : { policyFiles }),
    sampleEvery: interactive ? config.sampleEvery : null,
    log,
  });
  const { jobsPerHost } = config.queue;
  await converse(surface, {
    ...screen,
    input: process.stdin,
    advance: (seconds) => clock.advance(seconds, () => atRest(octopus, clock, jobsPerHost)),
    settled: () => settled(octopus),
  });
  await octopus.stop();
  process.exit(process.exitCode ?? 0);
}

function log(sentence: string): void {
  process.stderr.write(`octopus: ${sentence}\n`);
}

/** Those who can speak at this terminal, with the one who speaks first in front. */
function speakingFirst(people: readonly KnownPerson[], first: string | undefined): readonly TerminalUser[] {
  const users = people.map(({ id, name, zone }) => ({ id: id as string, name, zone: zone ?? 'UTC' }));
  if (first === undefined) return users;
  const speaker = users.find(({ id }) => id === first.toLowerCase());
  if (speaker === undefined)
    throw new UsageError(
      `there is nobody called ${first}; there are ${users.map(({ id }) => id).join(', ')}`,
    );
  return [speaker, ...users.filter((user) => user !== speaker)];
}
