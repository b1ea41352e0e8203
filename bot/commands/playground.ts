import type { VirtualClock } from '../../jobs/clock.ts';
import type { Octopus } from '../octopus.ts';
import type { KnownPerson } from '../people.ts';
import { Playground } from '../playground/server.ts';
import { SlackLoopback } from '../playground/slack/slack-loopback.ts';
import { TeamsLoopback } from '../playground/teams/teams-loopback.ts';
import { PLAYGROUND_PEOPLE, PLAYGROUND_USERS } from '../playground/users.ts';
import { atRest } from './rest.ts';
import { SlackSurface } from '../slack/slack-surface.ts';
import type { ChatSurface } from '../surface.ts';
import { TeamsSurface } from '../teams/teams-surface.ts';

export interface OpenPlayground {
  readonly surfaces: readonly ChatSurface[];
  readonly people: readonly KnownPerson[];
  /** Opens the page; gives its link. */
  serve(octopus: Octopus, port: number | undefined): Promise<string>;
  stop(): Promise<void>;
}

/** The vendors' side on 127.0.0.1, with the real adapters connected to it. */
export async function openPlayground(
  clock: VirtualClock,
  jobsPerHost: number,
  log: (sentence: string) => void,
): Promise<OpenPlayground> {
  const registration = { appId: 'octopus-playground', tenantId: 'playground' };
  const now = (): number => clock.now();
  const slack = new SlackLoopback({ users: PLAYGROUND_USERS, now });
  const teams = new TeamsLoopback({ users: PLAYGROUND_USERS, ...registration, now });
  await Promise.all([slack.start(), teams.start()]);
  const slackSurface = new SlackSurface({
    botToken: slack.tokens.bot,
    appToken: slack.tokens.app,
    apiUrl: slack.apiUrl,
    log,
  });
  const teamsSurface = new TeamsSurface({
    ...registration,
    appPassword: 'playground',
    host: '127.0.0.1',
    port: 0,
    standIn: teams.standIn,
    log,
  });
  let page: Playground | null = null;
  return {
    surfaces: [slackSurface, teamsSurface],
    people: PLAYGROUND_PEOPLE,
    serve: async (octopus, port) => {
      teams.connect(teamsSurface.endpoint);
      page = new Playground({
        slack,
        teams,
        users: PLAYGROUND_USERS,
        clock: {
          now,
          advance: (seconds) => clock.advance(seconds, () => atRest(octopus, clock, jobsPerHost)),
        },
        overview: () => overview(octopus),
        ...(port === undefined ? {} : { port }),
      });
      return (await page.start()).url;
    },
    stop: async () => {
      await page?.stop();
      await Promise.all([slack.stop(), teams.stop()]);
    },
  };
}

function overview({ loop: { state } }: Octopus): unknown {
  return {
    hosts: [...state.hosts.values()],
    machines: [...state.machines.values()],
    leases: [...state.leases.values()],
  };
}
