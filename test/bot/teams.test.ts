import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { TeamsLoopback, type TeamsLoopbackOptions } from '../../bot/playground/teams/teams-loopback.ts';
import { teamsAccount } from '../../bot/playground/teams/chat.ts';
import type { PaneMessage } from '../../bot/playground/loopback.ts';
import type { DrawnCard, Form, Incoming, Press, Reply } from '../../bot/surface.ts';
import { TeamsSurface } from '../../bot/teams/teams-surface.ts';
import { readToken } from '../../bot/token.ts';

const APP = '11111111-2222-3333-4444-555555555555';
const TENANT = '99999999-8888-7777-6666-555555555555';
const users = [
  { id: 'ann', name: 'Ann', zone: 'Europe/Rome' },
  { id: 'bob', name: 'Bob', zone: 'Europe/London' },
];

/** The real adapter against the loopback connector, with authentication on, and a stand-in for the rest of Octopus. */
class Site {
  readonly loopback: TeamsLoopback;
  readonly heard: Incoming[] = [];
  readonly log: string[] = [];
  answer: (incoming: Incoming) => Reply | Promise<Reply> = () => ({ kind: 'nothing' });
  #surface: TeamsSurface | null = null;

  constructor(options: Partial<TeamsLoopbackOptions> = {}) {
    this.loopback = new TeamsLoopback({ users, appId: APP, tenantId: TENANT, ...options });
  }

  get surface(): TeamsSurface {
    if (this.#surface === null) throw new Error('not started');
    return this.#surface;
  }

  get url(): string {
    return `http://127.0.0.1:${this.surface.port}/api/messages`;
  }

  async start(): Promise<void> {
    await this.loopback.start();
    this.#surface = new TeamsSurface({
      appId: APP,
      appPassword: 'a secret that nobody may see',
      tenantId: TENANT,
      host: '127.0.0.1',
      port: 0,
      log: (line) => this.log.push(line),
      standIn: this.loopback.standIn,
    });
    await this.surface.start(async (incoming) => {
      this.heard.push(incoming);
      return this.answer(incoming);
    });
    this.loopback.connect(this.url);
  }

  async stop(): Promise<void> {
    await this.surface.stop();
    await this.loopback.stop();
  }

  say(user: string, text: string, place = 'direct') {
    return this.loopback.act(user, { kind: 'say', place, text });
  }

  messages(user: string): readonly PaneMessage[] {
    return this.loopback.pane(user).messages;
  }

  /** What Octopus has said to this user, oldest first. */
  answers(user: string): readonly PaneMessage[] {
    return this.messages(user).filter(({ from }) => from === 'octopus');
  }

  /** Resolves when the claim holds; the test's own time limit says when it never does. */
  async until(claim: () => boolean): Promise<void> {
    if (claim()) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const stop = this.loopback.onChange(() => {
      if (claim()) resolve();
    });
    await promise;
    stop();
  }
}

let site: Site;
beforeEach(async () => {
  site = new Site();
  await site.start();
});
afterEach(async () => {
  await site.stop();
});

let nonces = 0;
function card(title: string, ...blocks: DrawnCard['blocks'][number][]): DrawnCard {
  nonces += 1;
  return { title, summary: title, tone: 'plain', blocks, nonce: `n${nonces}` };
}

const renew: Press = { text: 'renew build-box' };
const withButton = (title: string): DrawnCard =>
  card(title, { kind: 'buttons', buttons: [{ label: 'Renew', style: 'primary', sends: renew }] });

type Json = Readonly<Record<string, unknown>>;

/** Every object in a payload. */
function parts(value: unknown): Json[] {
  if (Array.isArray(value)) return value.flatMap(parts);
  if (typeof value !== 'object' || value === null) return [];
  return [value as Json, ...Object.values(value).flatMap(parts)];
}

/** What a card says, line by line. */
function lines(message: PaneMessage | undefined): string[] {
  return parts(message?.payload)
    .filter(({ type }) => type === 'TextBlock')
    .map(({ text }) => String(text));
}

/** The first button that sends something. */
function button(message: PaneMessage | undefined) {
  const found = parts(message?.payload).find(({ type }) => type === 'Action.Execute');
  if (message === undefined || found === undefined) throw new Error('there is no button');
  return { kind: 'press', message: message.id, action: String(found['verb']), value: found['data'] } as const;
}

describe('messages', () => {
  test('a mention in a channel is heard without it, answered in the thread and edited in place', async () => {
    site.answer = () => ({ kind: 'nothing' });
    expect(await site.say('ann', '@Octopus new 4c 8g ubuntu', '#lab')).toEqual({ ok: true });
    await site.until(() => site.heard.length === 1);
    const [incoming] = site.heard;
    expect(incoming?.said).toEqual({ kind: 'text', text: 'new 4c 8g ubuntu', files: [] });
    expect(incoming?.actor).toMatchObject({ account: teamsAccount('ann'), name: 'Ann', zone: 'Europe/Rome' });
    if (incoming === undefined) return;

    const message = await site.surface.post(incoming.from, card('Placing'));
    await Promise.all(['Cloning', 'Starting', 'Ready'].map((title) => site.surface.update(message, card(title))));
    const [shown] = site.answers('bob');
    expect(lines(shown)).toEqual(['Ready']);
    expect(shown).toMatchObject({ place: '#lab', edited: true, onlyForYou: false });
    // The states between were overtaken before the first edit left.
    expect(site.loopback.traffic().filter(({ what }) => what.startsWith('PUT'))).toHaveLength(1);
  });
});
