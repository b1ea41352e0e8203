import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { TeamsLoopback, type TeamsLoopbackOptions } from '../../bot/playground/teams/teams-loopback.ts';
import { LAB, teamsAccount } from '../../bot/playground/teams/chat.ts';
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

const PATIENCE_MS = 600_000;

/** The real adapter against the loopback connector, with authentication on, and a stand-in for the rest of Octopus. */
class Site {
  readonly loopback: TeamsLoopback;
  readonly heard: Incoming[] = [];
  readonly log: string[] = [];
  answer: (incoming: Incoming) => Reply | Promise<Reply> = () => ({ kind: 'nothing' });
  readonly #waiting = new Set<() => void>();
  readonly #pressMsMax: number;
  #surface: TeamsSurface | null = null;

  /** Nobody's patience ends unless the test says so: a busy computer is no slow bot. */
  constructor(options: Partial<TeamsLoopbackOptions> = {}, pressMsMax = PATIENCE_MS) {
    this.#pressMsMax = pressMsMax;
    this.loopback = new TeamsLoopback({
      users,
      appId: APP,
      tenantId: TENANT,
      pressMsMax: PATIENCE_MS,
      ...options,
    });
  }

  get surface(): TeamsSurface {
    if (this.#surface === null) throw new Error('not started');
    return this.#surface;
  }

  get url(): string {
    return this.surface.endpoint;
  }

  async start(): Promise<void> {
    await this.loopback.start();
    this.#surface = new TeamsSurface({
      appId: APP,
      appPassword: 'a secret that nobody may see',
      tenantId: TENANT,
      host: '127.0.0.1',
      port: 0,
      pressMsMax: this.#pressMsMax,
      log: (line) => this.log.push(line),
      standIn: this.loopback.standIn,
    });
    await this.surface.start(async (incoming) => {
      this.heard.push(incoming);
      for (const look of this.#waiting) look();
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
    const look = () => {
      if (claim()) resolve();
    };
    this.#waiting.add(look);
    const stop = this.loopback.onChange(look);
    await promise;
    stop();
    this.#waiting.delete(look);
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

/** Sends a request to the adapter as a stranger could. */
async function post(body: unknown, authorization?: string, path = '/api/messages', method = 'POST') {
  const isRaw = typeof body === 'string' || body instanceof ReadableStream;
  const response = await fetch(new URL(path, site.url), {
    method,
    headers: {
      'content-type': 'application/json',
      ...(authorization === undefined ? {} : { authorization }),
    },
    ...(method === 'POST' ? { body: isRaw ? body : JSON.stringify(body), duplex: 'half' } : {}),
  });
  return { status: response.status, text: await response.text(), headers: response.headers };
}

const sent = (method: string) => site.loopback.traffic().filter(({ what }) => what.startsWith(method));

const CARD = 'application/vnd.microsoft.card.adaptive';
const hello = { type: 'message', text: 'hello' };
const large = { type: 'message', text: 'x'.repeat(28 * 1024) };

function attached(contentType: string) {
  const content = { type: 'AdaptiveCard', version: '1.5', body: [{ type: 'Sparkline' }] };
  return { type: 'message', attachments: [{ contentType, content }] };
}

/** A request to the connector with the bot's own token, past the adapter. */
function asBot(method: string, path: string, body: unknown): Promise<Response> {
  const { origin, token } = site.loopback.standIn;
  const [id = '', ...rest] = path.split('/');
  const whole = path === '' ? '' : `/${[encodeURIComponent(id), ...rest].join('/')}`;
  return fetch(`${origin}/v3/conversations${whole}`, {
    method,
    headers: { authorization: `Bearer ${token()}` },
    ...(body === null ? {} : { body: JSON.stringify(body) }),
  });
}

const nowhere = { surface: 'teams', address: '{}' };

/** A message with a button in the channel, asked for by Ann. */
async function posted() {
  await site.say('ann', '@Octopus list', '#lab');
  await site.until(() => site.heard.length === 1);
  const message = await site.surface.post(site.heard[0]?.from ?? nowhere, withButton('build-box'));
  site.heard.length = 0;
  return message;
}

/** Where Ann and Octopus are alone. */
async function annAlone() {
  await site.say('ann', 'hello');
  await site.until(() => site.heard.length === 1);
  return site.heard[0]?.from ?? nowhere;
}

/** What a form of the tests is answered with. */
function checkedForm(said: Incoming['said']): Reply {
  if (said.kind !== 'form' || said.values['cores'] !== '2') {
    return { kind: 'problems', fields: { cores: 'Only 2 cores are left.' } };
  }
  return { kind: 'card', toAll: false, card: card('It is on its way') };
}

describe('messages', () => {
  test('a mention in a channel is heard without it, answered in the thread and edited in place', async () => {
    expect(await site.say('ann', '@Octopus new 4c 8g ubuntu', '#lab')).toEqual({ ok: true });
    await site.until(() => site.heard.length === 1);
    const [incoming] = site.heard;
    expect(incoming?.said).toEqual({ kind: 'text', text: 'new 4c 8g ubuntu', files: [] });
    expect(incoming?.actor).toMatchObject({
      account: teamsAccount('ann'),
      name: 'Ann',
      zone: 'Europe/Rome',
    });
    if (incoming === undefined) return;

    const message = await site.surface.post(incoming.from, card('Placing'));
    await Promise.all(
      ['Cloning', 'Starting', 'Ready'].map((title) => site.surface.update(message, card(title))),
    );
    const [shown] = site.answers('bob');
    expect(lines(shown)).toEqual(['Ready']);
    expect(shown).toMatchObject({ place: '#lab', edited: true, onlyForYou: false });
    // The states between were overtaken before the first edit left.
    expect(sent('PUT')).toHaveLength(1);
  });

  test('edits of one conversation keep two seconds apart, and the last state is always sent', async () => {
    await site.say('ann', 'hello');
    await site.until(() => site.heard.length === 1);
    const message = await site.surface.post(site.heard[0]?.from ?? nowhere, card('0'));
    const before = Date.now();
    await site.surface.update(message, card('1'));
    const later = [2, 3, 4].map((step) => site.surface.update(message, card(String(step))));
    await Promise.all(later);
    expect(Date.now() - before).toBeGreaterThanOrEqual(1_900);
    expect(lines(site.answers('ann')[0])).toEqual(['4']);
    // What still waits when Octopus stops is sent at once.
    const last = site.surface.update(message, card('5'));
    await site.surface.stop();
    await last;
    expect(lines(site.answers('ann')[0])).toEqual(['5']);
    expect(sent('PUT')).toHaveLength(3);
  });

  test.each([
    { typed: 'list', place: 'direct', heard: 'list' },
    { typed: '@Octopus vm list', place: '#lab', heard: 'list' },
    { typed: '/vm list', place: 'direct', heard: 'list' },
    { typed: '/octopus vm list', place: '#lab', heard: 'list' },
    { typed: '/octopus', place: '#lab', heard: '' },
    { typed: '/new 4c 8g ubuntu', place: 'direct', heard: 'new 4c 8g ubuntu' },
    { typed: 'vmx list', place: 'direct', heard: 'vmx list' },
    { typed: '@octopus LIST', place: 'direct', heard: 'LIST' },
  ])('$typed in $place is heard as "$heard"', async ({ typed, place, heard }) => {
    await site.say('ann', typed, place);
    await site.until(() => site.heard.length === 1);
    expect(site.heard[0]?.said).toEqual({ kind: 'text', text: heard, files: [] });
  });

  test('what is said in a channel without a mention is not ours', async () => {
    expect(await site.say('ann', 'lunch?', '#lab')).toEqual({ ok: true });
    expect(sent('message')).toHaveLength(0);
    expect(site.messages('bob').map(({ text }) => text)).toEqual(['lunch?']);
  });

  test('a private answer in a channel is seen by the asker alone, in the place where they asked', async () => {
    site.answer = () => ({ kind: 'card', toAll: false, card: card('Your machines') });
    await site.say('ann', '@Octopus list', '#lab');
    await site.until(() => site.answers('ann').length === 1);
    expect(site.answers('ann')[0]).toMatchObject({ place: '#lab', onlyForYou: true });
    expect(site.answers('bob')).toEqual([]);
  });

  test('where clients do not know such messages, it goes to the chat with the asker alone', async () => {
    await site.stop();
    site = new Site({ targeted: false });
    await site.start();
    site.answer = () => ({ kind: 'card', toAll: false, card: card('Your machines') });
    await site.say('ann', '@Octopus list', '#lab');
    await site.until(() => site.answers('ann').length === 1);
    expect(site.answers('ann')[0]).toMatchObject({ place: 'direct', onlyForYou: false });
    expect(site.answers('bob')).toEqual([]);
  });

  test('an answer to all is seen by all', async () => {
    site.answer = () => ({ kind: 'card', toAll: true, card: card('Hosts') });
    await site.say('ann', '@Octopus hosts', '#lab');
    await site.until(() => site.answers('bob').length === 1);
    expect(lines(site.answers('bob')[0])).toEqual(['Hosts']);
  });

  test('a person met in a channel only is reached alone, days later', async () => {
    await site.say('ann', '@Octopus new', '#lab');
    await site.until(() => site.heard.length === 1);
    const direct = site.heard[0]?.actor.direct ?? nowhere;
    const refs = await Promise.all(
      [1, 2].map(() => site.surface.post(direct, card('Your lease ends tomorrow'))),
    );
    expect(site.answers('ann').map(({ place }) => place)).toEqual(['direct', 'direct']);
    expect(site.answers('bob')).toEqual([]);
    expect(
      sent('POST /v3/conversations').filter(({ what }) => what === 'POST /v3/conversations'),
    ).toHaveLength(1);
    await site.surface.update(refs[0] ?? { ...nowhere, message: '' }, card('Renewed'));
    expect(lines(site.answers('ann')[0])).toEqual(['Renewed']);
  });

  test('the same place has the same address whoever speaks', async () => {
    await site.say('ann', 'hello');
    await site.say('ann', '@Octopus hello');
    await site.until(() => site.heard.length === 2);
    expect(site.heard[0]?.from).toEqual(site.heard[1]?.from);
    expect(site.heard[0]?.from).toEqual(site.heard[0]?.actor.direct);
    expect(site.heard[0]?.delivery).not.toBe(site.heard[1]?.delivery);
  });

  test('an attached file is read, and one that cannot be is said to be so', async () => {
    const file = { name: 'quota.clp', text: '(defrule quota =>)\n' };
    await site.loopback.act('ann', { kind: 'say', place: 'direct', text: 'policy load', files: [file] });
    await site.until(() => site.heard.length === 1);
    expect(site.heard[0]?.said).toEqual({ kind: 'text', text: 'policy load', files: [file] });

    const big = { name: 'big.clp', text: ';'.repeat(256 * 1024 + 1) };
    await site.loopback.act('ann', { kind: 'say', place: 'direct', text: 'policy load', files: [big] });
    await site.until(() => site.answers('ann').length === 1);
    expect(lines(site.answers('ann')[0])).toEqual(['I did nothing, because big.clp is larger than 256 KB.']);

    const elsewhere = {
      contentType: 'application/vnd.microsoft.teams.file.download.info',
      name: 'x.clp',
      content: { downloadUrl: 'http://169.254.169.254/latest' },
    };
    await post(
      site.loopback.activity('ann', 'direct', {
        type: 'message',
        id: 'f1',
        text: 'policy load',
        attachments: [elsewhere],
      }),
      `Bearer ${site.loopback.token()}`,
    );
    await site.until(() => site.answers('ann').length === 2);
    expect(lines(site.answers('ann')[1])).toEqual([
      'I did nothing, because x.clp does not lie where Teams keeps files.',
    ]);
    expect(site.heard).toHaveLength(1);
  });

  test('a code block keeps its lines and stands in fences', async () => {
    const html =
      '<p><at id="0">Octopus</at>&nbsp;policy load quota.clp</p><codeblock class="Lisp"><code>(defrule a<br>  (x &lt; 1)<br>  =&gt;)</code></codeblock>';
    const activity = site.loopback.activity('ann', 'direct', {
      type: 'message',
      id: 'c1',
      text: 'policy load quota.clp (defrule a (x < 1) =>)',
      attachments: [{ contentType: 'text/html', content: html }],
    });
    expect(await post(activity, `Bearer ${site.loopback.token()}`)).toMatchObject({ status: 202 });
    await site.until(() => site.heard.length === 1);
    expect(site.heard[0]?.said).toMatchObject({
      text: 'policy load quota.clp\n\n```\n(defrule a\n  (x < 1)\n  =>)\n```',
    });
  });

  test('a failure inside is told in words and logged, and leaks nothing', async () => {
    site.answer = () => Promise.reject(new Error('ECONNREFUSED 10.1.2.3'));
    await site.say('ann', 'list');
    await site.until(() => site.answers('ann').length === 1);
    expect(lines(site.answers('ann')[0]).join()).toMatch(/Something went wrong/);
    expect(JSON.stringify(site.answers('ann'))).not.toContain('10.1.2.3');
    expect(site.log.join('\n')).toContain('10.1.2.3');
  });
});

describe('buttons', () => {
  test('a press carries what the button means; its answer is a message for the presser, and the card keeps its buttons', async () => {
    const message = await posted();
    site.answer = () => ({ kind: 'card', toAll: false, card: card('Only Ann may renew it') });
    expect(await site.loopback.act('bob', button(site.answers('bob')[0]))).toEqual({ ok: true });
    const [incoming] = site.heard;
    expect(incoming?.actor.account).toBe(teamsAccount('bob'));
    expect(incoming?.said).toMatchObject({ kind: 'press', message: { message: message.message } });
    const token = incoming?.said.kind === 'press' ? incoming.said.token : '';
    expect(readToken(token)?.press).toEqual(renew);
    await site.until(() => site.answers('bob').length === 2);
    expect(lines(site.answers('bob')[0])).toEqual(['build-box']);
    expect(lines(site.answers('bob')[1])).toEqual(['Only Ann may renew it']);
    expect(site.answers('ann').map((answer) => lines(answer))).toEqual([['build-box']]);
  });

  test('an answer to all replaces the message for all', async () => {
    await posted();
    site.answer = () => ({ kind: 'card', toAll: true, card: card('Renewed by Ann') });
    await site.loopback.act('ann', button(site.answers('ann')[0]));
    await site.until(() => lines(site.answers('bob')[0]).includes('Renewed by Ann'));
    expect(site.answers('bob')).toHaveLength(1);
  });

  test('two presses of one drawing are one delivery; another person, another drawing is another', async () => {
    const message = await posted();
    const press = button(site.answers('ann')[0]);
    await Promise.all([site.loopback.act('ann', press), site.loopback.act('ann', press)]);
    await site.loopback.act('bob', press);
    await site.surface.update(message, withButton('build-box'));
    await site.loopback.act('ann', button(site.answers('ann')[0]));
    const deliveries = site.heard.map(({ delivery }) => delivery);
    expect(deliveries).toHaveLength(4);
    expect(new Set(deliveries).size).toBe(3);
    expect(deliveries[0]).toBe(deliveries[1]);
    // A delivery becomes the nonce of the next card, so it must not grow with what it answers.
    expect(deliveries.every((delivery) => delivery.length < 60)).toBe(true);
  });

  test('nothing to show keeps the card', async () => {
    await posted();
    expect(await site.loopback.act('ann', button(site.answers('ann')[0]))).toEqual({ ok: true });
    expect(lines(site.answers('ann')[0])).toEqual(['build-box']);
  });

  test('an answer that takes too long for the button comes as a message', async () => {
    await site.stop();
    site = new Site({}, 100);
    await site.start();
    await posted();
    const { promise, resolve } = Promise.withResolvers<Reply>();
    site.answer = () => promise;
    expect(await site.loopback.act('ann', button(site.answers('ann')[0]))).toEqual({ ok: true });
    resolve({ kind: 'card', toAll: false, card: card('Done at last') });
    await site.until(() => site.answers('ann').length === 2);
    expect(lines(site.answers('ann')[1])).toEqual(['Done at last']);
  });

  test('the older kind of button is understood too', async () => {
    const message = await posted();
    const activity = site.loopback.activity('ann', '#lab', {
      type: 'message',
      id: 's1',
      replyToId: message.message,
      value: button(site.answers('ann')[0]).value,
    });
    await post(activity, `Bearer ${site.loopback.token()}`);
    await site.until(() => site.heard.length === 1);
    expect(site.heard[0]?.said).toMatchObject({ kind: 'press', message: { message: message.message } });
  });

  test.each([{ data: undefined }, { data: 'x' }, { data: { token: 7 } }, { data: { other: 'x' } }])(
    'a press that carries $data is not ours',
    async ({ data }) => {
      const activity = site.loopback.activity('ann', 'direct', {
        type: 'invoke',
        name: 'adaptiveCard/action',
        id: 'f:1',
        value: { action: { type: 'Action.Execute', verb: 'x', data } },
      });
      expect(await post(activity, `Bearer ${site.loopback.token()}`)).toMatchObject({
        status: 501,
        text: '',
      });
      expect(site.heard).toEqual([]);
    },
  );
});

describe('forms', () => {
  const form: Form = {
    title: 'A new machine',
    token: 'form-1',
    submit: 'Make it',
    fields: [
      { id: 'cores', label: 'Cores', optional: false, hint: 'You hold 14 of 16.' },
      { id: 'name', label: 'Name', optional: true },
      { id: 'image', label: 'Image', optional: false, choices: [{ value: 'ubuntu', label: 'Ubuntu 24.04' }] },
    ],
  };

  test('is a card with inputs; what cannot be is said beside its field, and what was typed is kept', async () => {
    site.answer = ({ said }) => (said.kind === 'text' ? { kind: 'form', form } : checkedForm(said));
    await site.say('ann', '@Octopus new', '#lab');
    await site.until(() => site.answers('ann').length === 1);
    expect(site.answers('bob')).toEqual([]);
    expect(lines(site.answers('ann')[0])).toEqual(['A new machine', 'You hold 14 of 16.']);

    const empty = { ...button(site.answers('ann')[0]), inputs: { name: 'build-box' } };
    expect(await site.loopback.act('ann', empty)).toMatchObject({
      ok: false,
      problems: { cores: 'Cores is needed', image: 'Image is needed' },
    });
    expect(site.heard).toHaveLength(1);

    const inputs = { cores: '99', name: 'build-box', image: 'ubuntu' };
    expect(await site.loopback.act('ann', { ...button(site.answers('ann')[0]), inputs })).toEqual({
      ok: true,
    });
    expect(site.heard[1]?.said).toEqual({ kind: 'form', token: 'form-1', values: inputs });
    expect(lines(site.answers('ann')[0])).toContain('Only 2 cores are left.');
    const values = parts(site.answers('ann')[0]?.payload).filter(({ type }) =>
      String(type).startsWith('Input.'),
    );
    expect(values.map(({ value }) => value)).toEqual(['99', 'build-box', 'ubuntu']);

    // The drawing before, sent again, is the delivery before; the new one is a new one.
    const second = { ...button(site.answers('ann')[0]), inputs: { ...inputs, cores: '2' } };
    expect(await site.loopback.act('ann', second)).toEqual({ ok: true });
    expect(lines(site.answers('ann')[0])).toEqual(['It is on its way']);
    expect(new Set(site.heard.map(({ delivery }) => delivery)).size).toBe(3);
  });
});

describe('who may speak', () => {
  const hour = 3_600;
  const soon = () => Math.floor(Date.now() / 1000) + hour;

  test.each([
    { name: 'no token', token: () => undefined },
    { name: 'an empty token', token: () => 'Bearer ' },
    { name: 'garbage', token: () => 'Bearer a.b.c' },
    { name: 'another scheme', token: () => `Basic ${site.loopback.token()}` },
    { name: 'a token signed with a wrong key', token: () => `Bearer ${site.loopback.token({}, true)}` },
    { name: 'an expired token', token: () => `Bearer ${site.loopback.token({ exp: soon() - 3 * hour })}` },
    {
      name: 'a token for another bot',
      token: () => `Bearer ${site.loopback.token({ aud: 'somebody-else' })}`,
    },
    {
      name: 'a token of another issuer',
      token: () => `Bearer ${site.loopback.token({ iss: 'https://evil.example' })}`,
    },
    {
      name: 'a token about another URL',
      token: () => `Bearer ${site.loopback.token({ serviceurl: 'http://x' })}`,
    },
    {
      name: 'a token without signature',
      token: () => `Bearer ${site.loopback.token().replace(/\.[^.]+$/, '.')}`,
    },
    {
      name: 'a token that says it is not signed',
      token: () => {
        const [, payload] = site.loopback.token().split('.');
        return `Bearer ${Buffer.from('{"alg":"none","kid":"x"}').toString('base64url')}.${payload}.eA`;
      },
    },
  ])('$name is turned away with nothing but 401', async ({ token }) => {
    const said: string[] = [];
    const { error, warn } = console;
    console.error = console.warn = (...words: unknown[]) => void said.push(words.join(' '));
    try {
      const activity = site.loopback.activity('ann', 'direct', { type: 'message', id: '1', text: 'list' });
      const answer = await post(activity, token());
      expect({ status: answer.status, text: answer.text }).toEqual({ status: 401, text: '' });
      expect([...answer.headers.keys()].toSorted()).toEqual([
        'connection',
        'content-length',
        'date',
        'keep-alive',
      ]);
    } finally {
      Object.assign(console, { error, warn });
    }
    expect(site.heard).toEqual([]);
    expect(site.log).toHaveLength(1);
    expect(said).toEqual([]);
  });

  test('without a stand-in it is Microsoft alone that is believed, and nobody has to be asked to turn others away', async () => {
    const log: string[] = [];
    const surface = new TeamsSurface({
      appId: APP,
      appPassword: 'secret',
      tenantId: TENANT,
      host: '127.0.0.1',
      port: 0,
      log: (line) => log.push(line),
    });
    await surface.start(() => Promise.resolve({ kind: 'nothing' }));
    const activity = site.loopback.activity('ann', 'direct', { type: 'message', id: '1', text: 'list' });
    const response = await fetch(surface.endpoint, { method: 'POST', body: JSON.stringify(activity) });
    expect({ status: response.status, text: await response.text() }).toEqual({ status: 401, text: '' });
    expect(log).toEqual(['teams: turned a request away: no token']);
    await surface.stop();
  });

  test('another organisation is turned away, although Microsoft vouches for it', async () => {
    const activity = site.loopback.activity('ann', 'direct', {
      type: 'message',
      id: '1',
      text: 'list',
      channelData: { tenant: { id: 'another' } },
    });
    expect(await post(activity, `Bearer ${site.loopback.token()}`)).toMatchObject({ status: 401, text: '' });
    expect(site.heard).toEqual([]);
  });

  test.each([
    { name: 'not JSON', body: '{"type":', status: 400 },
    { name: 'a list', body: '[]', status: 400 },
    { name: 'nothing', body: '', status: 400 },
    { name: 'null', body: 'null', status: 400 },
    { name: 'a number of megabytes', body: `"${'x'.repeat(3_000_000)}"`, status: 413 },
    { name: 'a stream of megabytes', body: new Blob(['x'.repeat(3_000_000)]).stream(), status: 413 },
    { name: 'an activity without a sender', body: '{"type":"message"}', status: 400 },
  ])('$name is answered $status', async ({ body, status }) => {
    const token = `Bearer ${site.loopback.token()}`;
    const answer = await post(body, token);
    expect({ status: answer.status, text: answer.text }).toEqual({ status, text: '' });
  });

  test.each(['type', 'from', 'recipient', 'conversation', 'serviceUrl', 'channelId'])(
    'an activity whose %s is of a wrong shape is refused, with a good token too',
    async (name) => {
      const activity = {
        ...site.loopback.activity('ann', 'direct', { type: 'message', id: '1', text: 'x' }),
        [name]: 7,
      };
      expect(await post(activity, `Bearer ${site.loopback.token()}`)).toMatchObject({
        status: 400,
        text: '',
      });
    },
  );

  test.each([
    { path: '/', method: 'GET', status: 404 },
    { path: '/api/messages/..%2f', method: 'POST', status: 404 },
    { path: '/api/messages', method: 'GET', status: 405 },
    { path: '/api/messages', method: 'DELETE', status: 405 },
  ])('$method $path is answered $status', async ({ path, method, status }) => {
    expect(await post({}, undefined, path, method)).toMatchObject({ status, text: '' });
  });

  test('people who come and go, reactions and unknown requests are taken without a word', async () => {
    const token = `Bearer ${site.loopback.token()}`;
    for (const [type, status] of [
      ['conversationUpdate', 202],
      ['installationUpdate', 202],
      ['messageReaction', 202],
      ['invoke', 501],
    ] as const) {
      const activity = site.loopback.activity('ann', 'direct', { type, id: type, name: 'task/fetch' });
      expect(await post(activity, token)).toMatchObject({ status, text: '' });
    }
    expect(site.heard).toEqual([]);
  });
});

describe('what Teams refuses', () => {
  test.each([429, 502, 412])('%i is tried again until it is taken', async (status) => {
    const to = await annAlone();
    site.loopback.fail(status, 2);
    await site.surface.post(to, card('Hello'));
    expect(site.answers('ann')).toHaveLength(1);
    expect(sent('POST').map(({ refused }) => refused)).toEqual(['ServiceError', 'ServiceError', null]);
  });

  test('a private message that the platform is too busy for is tried again too, and stays private', async () => {
    site.answer = () => ({ kind: 'card', toAll: false, card: card('Yours') });
    site.loopback.fail(429, 1);
    await site.say('ann', '@Octopus list', '#lab');
    await site.until(() => site.answers('ann').length === 1);
    expect(site.answers('ann')[0]).toMatchObject({ place: '#lab', onlyForYou: true });
  });

  test('a refusal that will not pass is not tried again', async () => {
    const to = await annAlone();
    site.loopback.fail(403, 1);
    await expect(site.surface.post(to, card('Hello'))).rejects.toMatchObject({ statusCode: 403 });
    expect(sent('POST')).toHaveLength(1);
  });

  test('a message that is gone cannot be edited', async () => {
    const to = await annAlone();
    await expect(site.surface.update({ ...to, message: '17' }, card('Hello'))).rejects.toMatchObject({
      statusCode: 404,
    });
  });

  test('everything of a burst arrives, however many there are', async () => {
    const to = await annAlone();
    const titles = Array.from({ length: 12 }, (_, index) => `message ${index}`);
    await Promise.all(titles.map((title) => site.surface.post(to, card(title))));
    expect(new Set(site.answers('ann').map((message) => lines(message)[0]))).toEqual(new Set(titles));
    expect(site.answers('ann')).toHaveLength(titles.length);
  });

  test('a card of any length is cut to what Teams takes, and says so', async () => {
    const to = await annAlone();
    const text = Array.from({ length: 3_000 }, (_, line) => `line ${line} of a very long policy`).join('\n');
    await site.surface.post(to, card('Policy', { kind: 'code', text }));
    expect(lines(site.answers('ann')[0]).at(-1)).toMatch(/does not fit/);
    expect(lines(site.answers('ann')[0]).length).toBeGreaterThan(100);
  });

  test.each([
    { name: 'an edit of nothing', method: 'PUT', path: 'a:1ann/activities/7', body: hello, status: 404 },
    {
      name: 'a deletion of nothing',
      method: 'DELETE',
      path: 'a:1ann/activities/7',
      body: hello,
      status: 404,
    },
    { name: 'an unknown conversation', method: 'POST', path: 'a:1zoe/activities', body: hello, status: 404 },
    {
      name: 'an unknown thread',
      method: 'POST',
      path: `${LAB};messageid=1/activities`,
      body: hello,
      status: 404,
    },
    {
      name: 'an empty message',
      method: 'POST',
      path: 'a:1ann/activities',
      body: { type: 'message' },
      status: 400,
    },
    {
      name: 'an unknown attachment',
      method: 'POST',
      path: 'a:1ann/activities',
      body: attached('text/x'),
      status: 400,
    },
    {
      name: 'an unknown element',
      method: 'POST',
      path: 'a:1ann/activities',
      body: attached(CARD),
      status: 400,
    },
    { name: 'too large a message', method: 'POST', path: 'a:1ann/activities', body: large, status: 413 },
    {
      name: 'a targeted message to nobody',
      method: 'POST',
      path: `${LAB}/activities?isTargetedActivity=true`,
      body: hello,
      status: 400,
    },
    {
      name: 'a conversation with a stranger',
      method: 'POST',
      path: '',
      body: { members: [{ id: '29:x' }], tenantId: TENANT },
      status: 403,
    },
    {
      name: 'a conversation without tenant',
      method: 'POST',
      path: '',
      body: { members: [{ id: '29:1ann' }] },
      status: 400,
    },
    {
      name: 'a member who is not there',
      method: 'GET',
      path: 'a:1ann/members/29:1bob',
      body: null,
      status: 404,
    },
    { name: 'a member who is', method: 'GET', path: `${LAB}/members/29:1bob`, body: null, status: 200 },
  ])('the loopback answers $name with $status', async ({ method, path, body, status }) => {
    expect((await asBot(method, path, body)).status).toBe(status);
  });

  test('the loopback takes seven messages in a second into one conversation, and says how long to wait', async () => {
    await site.stop();
    site = new Site({ realNow: () => 1_800_000_000_000 });
    await site.start();
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => asBot('POST', 'a:1ann/activities', hello)),
    );
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused).toHaveLength(1);
    expect(Number(refused[0]?.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect((await asBot('POST', 'a:1bob/activities', hello)).status).toBe(201);
    expect(site.answers('ann')).toHaveLength(7);
  });

  test('a button whose answer never comes shows an error to the presser', async () => {
    await site.stop();
    site = new Site({ pressMsMax: 200 });
    await site.start();
    await posted();
    const never = Promise.withResolvers<Reply>();
    site.answer = () => never.promise;
    expect(await site.loopback.act('ann', button(site.answers('ann')[0]))).toEqual({
      ok: false,
      error: 'Something went wrong. Please try again.',
    });
    never.resolve({ kind: 'nothing' });
  });

  test('the loopback itself refuses a bearer that is not the bot', async () => {
    const { origin } = site.loopback.standIn;
    for (const authorization of ['', 'Bearer x', `Bearer ${site.loopback.token()}`]) {
      const url = `${origin}/v3/conversations/a:1ann/activities`;
      const body = JSON.stringify({ type: 'message', text: 'x' });
      const response = await fetch(url, { method: 'POST', headers: { authorization }, body });
      expect(response.status).toBe(401);
    }
  });
});
