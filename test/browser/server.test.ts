import { request as httpRequest } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Playground } from '../../bot/playground/server.ts';
import { FakeLoopback } from './fake-loopback.ts';

let now = 1_800_000_000;
const clock = {
  now: () => now,
  advance: (seconds: number) => {
    now += seconds;
    return Promise.resolve();
  },
};
let slack: FakeLoopback;
let teams: FakeLoopback;
let playground: Playground;
let url: string;

beforeEach(async () => {
  slack = new FakeLoopback('slack', clock.now);
  teams = new FakeLoopback('teams', clock.now);
  playground = new Playground({
    slack,
    teams,
    users: [
      { id: 'ann', name: 'Ann', zone: 'Europe/Rome' },
      { id: 'bob', name: 'Bob', zone: 'Europe/London' },
    ],
    clock,
    overview: () => ({ hosts: [], machines: [], leases: [] }),
  });
  ({ url } = await playground.start());
});

afterEach(() => playground.stop());

describe('who may pass', () => {
  test('a link opens once, and gives a cookie that scripts and other sites do not get', async () => {
    const first = await ask('GET', pathOf(url));
    expect(first.status).toBe(303);
    expect(first.headers['location']).toBe('/');
    expect(first.headers['set-cookie']?.[0]).toMatch(
      /^octopus-\d+=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/$/u,
    );

    const second = await ask('GET', pathOf(url));
    expect(second.status).toBe(403);
    expect(second.text).toBe(
      'This link has been used already, or is not ours. Octopus prints a new one when it starts.\n',
    );
    expect((await ask('GET', pathOf(playground.link()))).status).toBe(303);
  });

  test('a reload of the link with the cookie is fine', async () => {
    const cookie = await enter();
    expect((await ask('GET', pathOf(url), { cookie })).status).toBe(303);
    expect((await ask('GET', '/', { cookie })).status).toBe(200);
  });

  test.each([
    ['GET', '/'],
    ['GET', '/main.js'],
    ['GET', '/events?user=ann'],
    ['GET', '/traffic'],
    ['GET', '/users'],
    ['POST', '/act'],
    ['POST', '/clock'],
  ])('%s %s without a cookie, or with a wrong one, is refused', async (method, path) => {
    for (const cookie of [undefined, `${cookieName()}=${'A'.repeat(43)}`, `${cookieName()}=`]) {
      const answer = await ask(method, path, {
        ...(cookie === undefined ? {} : { cookie }),
        origin: origin(),
        'content-type': 'application/json',
      });
      expect(answer.status).toBe(403);
      expect(answer.text).toBe('Open the playground by the link that Octopus printed when it started.\n');
    }
  });

  test('a name that was rebound to 127.0.0.1 is refused, cookie or not', async () => {
    const cookie = await enter();
    for (const host of [
      'evil.example',
      `evil.example:${portOf(url)}`,
      '127.0.0.1.evil.example',
      'localhost.evil',
      '[::2]',
    ])
      expect((await ask('GET', '/', { cookie, host })).status).toBe(403);
    expect((await ask('GET', '/', { cookie, host: `localhost:${portOf(url)}` })).status).toBe(200);
  });

  test('an action from another origin is refused, and changes nothing', async () => {
    const cookie = await enter();
    const body = { user: 'ann', platform: 'slack', action: { kind: 'say', place: '#lab', text: 'hello' } };
    for (const other of [
      undefined,
      'null',
      'http://evil.example',
      `http://127.0.0.1:1`,
      `https://${hostOf(url)}`,
    ]) {
      const answer = await ask(
        'POST',
        '/act',
        { cookie, 'content-type': 'application/json', ...(other === undefined ? {} : { origin: other }) },
        JSON.stringify(body),
      );
      expect(answer.status).toBe(403);
    }
    const crossSite = await ask('GET', '/traffic', {
      cookie,
      'sec-fetch-site': 'same-site',
      'sec-fetch-mode': 'no-cors',
    });
    expect(crossSite.status).toBe(403);
    expect(slack.acts).toEqual([]);
  });

  test('every answer carries the policy that lets the page run only its own scripts', async () => {
    const cookie = await enter();
    for (const path of ['/', '/main.js', '/nothing', '/vendor/adaptivecards.min.js']) {
      const { headers } = await ask('GET', path, { cookie });
      expect(headers['content-security-policy']).toContain(
        "default-src 'none'; script-src 'self'; style-src 'self'",
      );
      expect(headers['content-security-policy']).not.toContain('unsafe');
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['referrer-policy']).toBe('no-referrer');
      expect(headers['access-control-allow-origin']).toBeUndefined();
    }
  });

  test('it listens on 127.0.0.1 only', () => {
    expect(new URL(url).hostname).toBe('127.0.0.1');
  });
});

describe('what it serves', () => {
  test('files of the page and nothing beside them', async () => {
    const cookie = await enter();
    expect((await ask('GET', '/style.css', { cookie })).headers['content-type']).toBe(
      'text/css; charset=utf-8',
    );
    expect((await ask('GET', '/vendor/adaptivecards.min.js', { cookie })).status).toBe(200);
    for (const path of [
      '/../server.ts',
      '/..%2fserver.ts',
      '/tsconfig.json',
      '/vendor/adaptivecards.js',
      '/main.js/',
      '//main.js',
    ])
      expect((await ask('GET', path, { cookie })).status).toBe(404);
    expect((await ask('PUT', '/main.js', { cookie })).status).toBe(404);
  });

  test('the stream begins with everything, then tells what differs', async () => {
    const cookie = await enter();
    const first = slack.post({ text: 'one' });
    slack.post({ text: 'for bob', onlyForYou: true, only: 'bob' });
    const stream = await follow('ann', cookie);
    const whole = await stream.next();
    expect(whole).toMatchObject({
      whole: true,
      now,
      slack: { order: [first], messages: [{ id: first, text: 'one' }], form: null },
      teams: { order: [], form: null },
    });

    slack.edit(first, { text: 'two' });
    expect(await stream.next()).toEqual({
      slack: { messages: [expect.objectContaining({ id: first, text: 'two' })] },
    });
    const second = slack.post({ text: 'three' });
    expect(await stream.next()).toEqual({
      slack: { order: [first, second], messages: [expect.objectContaining({ text: 'three' })] },
    });
    stream.close();

    const again = await follow('ann', cookie);
    expect(await again.next()).toMatchObject({ whole: true, slack: { order: [first, second] } });
    again.close();
  });

  test('a burst of changes is told in a few events', async () => {
    const cookie = await enter();
    const stream = await follow('ann', cookie);
    await stream.next();
    for (let at = 0; at < 500; at++) teams.post({ text: `message ${at}` });
    const events = [await stream.next()];
    while (!JSON.stringify(events.at(-1)).includes('message 499')) events.push(await stream.next());
    expect(events.length).toBeLessThan(5);
    // A pane shows the newest three hundred.
    expect(JSON.stringify(events)).not.toContain('message 199"');
    stream.close();
  });

  test('exchanges have numbers in the order in which they came', async () => {
    const cookie = await enter();
    slack.exchange({ what: 'first' });
    teams.exchange({ what: 'second' });
    slack.exchange({ what: 'third', refused: 'msg_too_long' });
    const all = (await ask('GET', '/traffic', { cookie })).json as { number: number; what: string }[];
    expect(all.map(({ what }) => what)).toEqual(['first', 'second', 'third']);
    const later = (await ask('GET', `/traffic?after=${all[1]?.number}`, { cookie })).json;
    expect(later).toEqual([
      expect.objectContaining({ platform: 'slack', what: 'third', refused: 'msg_too_long' }),
    ]);
  });
});

describe('what people do', () => {
  test('an action reaches its platform as that user, and the answer comes back', async () => {
    const cookie = await enter();
    teams.answer = () => ({ ok: false, error: 'There is no such button.' });
    const action = {
      kind: 'press',
      message: 'm1',
      action: 'renew',
      value: { token: 't' },
      inputs: { size: '4c' },
    };
    expect(await act(cookie, { user: 'bob', platform: 'teams', action })).toEqual({
      status: 200,
      body: { ok: false, error: 'There is no such button.' },
    });
    expect(teams.acts).toEqual([{ user: 'bob', action }]);
  });

  test('the clock goes forward, never back', async () => {
    const cookie = await enter();
    const before = now;
    expect(await act(cookie, { seconds: 86_400 }, '/clock')).toEqual({
      status: 200,
      body: { ok: true, now: before + 86_400 },
    });
    for (const seconds of [0, -1, 1.5, 1e12, '60', null])
      expect((await act(cookie, { seconds }, '/clock')).status).toBe(400);
    expect(now).toBe(before + 86_400);
  });

  test.each([
    ['an unknown user', { user: 'eve', platform: 'slack', action: { kind: 'cancel' } }],
    ['an unknown platform', { user: 'ann', platform: 'irc', action: { kind: 'cancel' } }],
    ['an unknown action', { user: 'ann', platform: 'slack', action: { kind: 'delete-everything' } }],
    ['a field too many', { user: 'ann', platform: 'slack', action: { kind: 'cancel', as: 'ada' } }],
    [
      'values that are not text',
      { user: 'ann', platform: 'slack', action: { kind: 'submit', values: { a: 1 } } },
    ],
    [
      'a text without end',
      { user: 'ann', platform: 'slack', action: { kind: 'say', place: '#lab', text: 'x'.repeat(40_001) } },
    ],
  ])('%s is refused with a sentence', async (_, body) => {
    const answer = await act(await enter(), body);
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual({ ok: false, error: expect.stringMatching(/^This was not understood: /u) });
    expect(slack.acts).toEqual([]);
  });

  test('what is not JSON, not marked as JSON, or too much, is refused', async () => {
    const cookie = await enter();
    const headers = { cookie, origin: origin(), 'content-type': 'application/json' };
    expect((await ask('POST', '/act', headers, '{')).status).toBe(400);
    expect((await ask('POST', '/act', { ...headers, 'content-type': 'text/plain' }, '{}')).status).toBe(415);
    expect((await ask('POST', '/act', headers, JSON.stringify('x'.repeat(2_000_001)))).status).toBe(413);
  });
});

interface Answer {
  status: number;
  headers: Record<string, string | undefined> & { 'set-cookie'?: string[] };
  text: string;
  json: unknown;
}

const portOf = (link: string) => new URL(link).port;
const hostOf = (link: string) => new URL(link).host;
const pathOf = (link: string) => link.slice(new URL(link).origin.length);
const origin = () => new URL(url).origin;
const cookieName = () => `octopus-${portOf(url)}`;

/** By node:http, since fetch sets Host and Origin itself. */
function ask(method: string, path: string, headers: Record<string, string> = {}, body = ''): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      { host: '127.0.0.1', port: portOf(url), method, path, headers },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (part: string) => (text += part));
        response.on('end', () => {
          const isJson = response.headers['content-type']?.startsWith('application/json') === true;
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers as Answer['headers'],
            text,
            json: isJson ? JSON.parse(text) : null,
          });
        });
        response.on('error', reject);
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}

async function enter(): Promise<string> {
  const { headers } = await ask('GET', pathOf(playground.link()));
  return headers['set-cookie']?.[0]?.split(';')[0] ?? '';
}

async function act(cookie: string, body: unknown, path = '/act'): Promise<{ status: number; body: unknown }> {
  const headers = { cookie, origin: origin(), 'content-type': 'application/json' };
  const { status, json } = await ask('POST', path, headers, JSON.stringify(body));
  return { status, body: json };
}

/** The `look` events of a user's stream, one by one. */
async function follow(user: string, cookie: string): Promise<{ next(): Promise<unknown>; close(): void }> {
  const controller = new AbortController();
  const response = await fetch(`${origin()}/events?user=${user}`, {
    headers: { cookie },
    signal: controller.signal,
  });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  return {
    async next() {
      for (;;) {
        const found = /event: look\ndata: (.*)\n\n/u.exec(text);
        if (found !== null) {
          text = text.slice(found.index + found[0].length);
          return JSON.parse(found[1] ?? '') as unknown;
        }
        const part = await reader?.read();
        if (part === undefined || part.done) throw new Error('the stream ended');
        text += part.value;
      }
    },
    close: () => controller.abort(),
  };
}
