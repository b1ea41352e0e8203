import { RealClock, VirtualClock } from '../../jobs/clock.ts';
import { DataFolder } from '../../jobs/data-folder.ts';
import type { Clock, Instant } from '../../policies/model.ts';
import type { Environment } from '../main.ts';
import { Octopus } from '../octopus.ts';
import { People } from '../people.ts';
import type { ChatSurface } from '../surface.ts';
import { UsageError } from './expected.ts';
import { openPlayground } from './playground.ts';
import { policyFilesOf, queueOf, siteOf } from './site.ts';

/** `octopus start`: runs until it is told to stop. Without Slack and Teams it is the playground. */
export async function start(environment: Environment, { port }: { readonly port?: number }): Promise<void> {
  const began = performance.now();
  const { config } = environment;
  checkThatSecretsAreUsed(environment);
  const isPlayground = config.slack === null && config.teams === null;
  if (isPlayground && config.cluster.driver !== 'simulator')
    throw new UsageError(
      'real hosts are governed from Slack or Teams: configure `slack:` or `teams:`; anybody could be anybody in the playground',
    );
  const folder = await DataFolder.open(environment.data);
  say(`data folder ${folder.path}`);

  const virtual = isPlayground ? new VirtualClock(Math.floor(Date.now() / 1000) as Instant, 'running') : null;
  const clock: Clock = virtual ?? new RealClock();
  const playground = virtual === null ? null : await openPlayground(virtual, config.queue.jobsPerHost, say);
  const policyFiles = policyFilesOf(environment);
  const site = siteOf(environment, folder, virtual?.pulling ?? clock, say);
  const octopus = await Octopus.open({
    folder,
    clock,
    pace: virtual?.pulling ?? clock,
    hypervisor: site.hypervisor,
    queue: await queueOf(environment, folder, say),
    surfaces: playground?.surfaces ?? (await realSurfaces(environment, say)),
    people: new People([...(playground?.people ?? []), ...config.people]),
    ...(virtual === null ? {} : { catchUp: (instant) => virtual.advanceTo(instant) }),
    ...(policyFiles === undefined ? {} : { policyFiles }),
    sampleEvery: config.sampleEvery,
    log: say,
  });
  const url = await playground?.serve(octopus, port).catch(async (error: unknown) => {
    await octopus.stop();
    await playground.stop();
    const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
    throw isTaken ? new UsageError(`port ${port} is taken: name another one by --port, or none`) : error;
  });
  say(
    `ready after ${((performance.now() - began) / 1000).toFixed(1)} s${url === undefined ? '' : `, open ${url}`}`,
  );

  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
  say('stopping');
  await octopus.stop();
  await playground?.stop();
  site.close();
  process.exit(0);
}

/**
 * A secret of a platform that the configuration does not name is a mistake: without this the playground, in which whoever
 * has the page acts as anybody, would open where a real chat was meant.
 */
function checkThatSecretsAreUsed({ config, slack, teamsPassword }: Environment): void {
  const secrets = [
    ['SLACK_BOT_TOKEN', slack.botToken, 'slack'],
    ['SLACK_APP_TOKEN', slack.appToken, 'slack'],
    ['SLACK_SIGNING_SECRET', slack.signingSecret, 'slack'],
    ['TEAMS_APP_PASSWORD', teamsPassword, 'teams'],
  ] as const;
  for (const [name, value, platform] of secrets)
    if (value !== null && value !== '' && config[platform] === null)
      throw new UsageError(
        `${name} is set, and the configuration has no \`${platform}:\`. Write one into octopus.yaml ` +
          `(octopus.example.yaml shows it), or unset ${name}.`,
      );
}

function say(sentence: string): void {
  process.stdout.write(`octopus: ${sentence}\n`);
}

async function realSurfaces(
  { config, slack, teamsPassword }: Environment,
  log: (sentence: string) => void,
): Promise<readonly ChatSurface[]> {
  const surfaces: ChatSurface[] = [];
  if (config.slack !== null) {
    const { SlackSurface } = await import('../slack/slack-surface.ts');
    const botToken = needed(slack.botToken, 'SLACK_BOT_TOKEN');
    surfaces.push(
      config.slack.mode === 'socket'
        ? new SlackSurface({ botToken, log, appToken: needed(slack.appToken, 'SLACK_APP_TOKEN') })
        : new SlackSurface({
            botToken,
            log,
            port: config.slack.port,
            signingSecret: needed(slack.signingSecret, 'SLACK_SIGNING_SECRET'),
          }),
    );
  }
  if (config.teams !== null) {
    const { TeamsSurface } = await import('../teams/teams-surface.ts');
    surfaces.push(
      new TeamsSurface({ ...config.teams, log, appPassword: needed(teamsPassword, 'TEAMS_APP_PASSWORD') }),
    );
  }
  return surfaces;
}

function needed(value: string | null, name: string): string {
  if (value === null || value === '')
    throw new UsageError(`the configuration asks for it, so ${name} must be set in the environment`);
  return value;
}
