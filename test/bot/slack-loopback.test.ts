import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { WebSocket } from 'ws';
import { SlackLoopback } from '../../bot/playground/slack/slack-loopback.ts';
import { blockProblems, viewProblems } from '../../bot/playground/slack/validate.ts';
import { channels, users } from './slack-stage.ts';

// The loopback on its own, spoken to with nothing but fetch and a socket: what Slack refuses, it refuses, by Slack's names.

let slack: SlackLoopback;
let now: number;
let sockets: WebSocket[];

beforeEach(async () => {
  now = 1_790_000_000_000;
  sockets = [];
  await openSlack({ acknowledgeMs: 600_000 });
});
afterEach(async () => {
  for (const socket of sockets) socket.terminate();
  await slack.stop();
});

async function openSlack(patience: { acknowledgeMs?: number }): Promise<void> {
  slack = new SlackLoopback({ users, channels, now: () => 2_000_000_000, realNow: () => now, ...patience });
  await slack.start();
}

/** Slack as patient as it really is, where a test waits for its patience to end. */
async function impatient(): Promise<void> {
  await slack.stop();
  await openSlack({});
}

type Answer = Record<string, unknown>;

async function send(
  method: string,
  body: Record<string, unknown>,
  token: string | null = slack.tokens.bot,
): Promise<{ status: number; headers: Headers; answer: Answer }> {
  const response = await fetch(slack.apiUrl + method, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(body),
  });
  return { status: response.status, headers: response.headers, answer: (await response.json()) as Answer };
}

const call = async (method: string, body: Record<string, unknown>, token?: string | null): Promise<Answer> =>
  (await send(method, body, token)).answer;

const respond = (url: unknown, body: Record<string, unknown>) =>
  fetch(String(url), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

/** A bot that does with each envelope what the test says; `null`: nothing at all. */
async function listen(handle: (payload: Answer, type: string) => Answer | null): Promise<void> {
  const { url } = await call('apps.connections.open', {}, slack.tokens.app);
  const socket = new WebSocket(String(url));
  sockets.push(socket);
  const { promise, resolve } = Promise.withResolvers<void>();
  socket.on('message', (data: Buffer) => {
    const envelope = JSON.parse(data.toString('utf8')) as Answer;
    if (envelope['type'] === 'hello') return resolve();
    if (envelope['envelope_id'] === undefined) return;
    const answer = handle(envelope['payload'] as Answer, String(envelope['type']));
    if (answer !== null)
      socket.send(JSON.stringify({ envelope_id: envelope['envelope_id'], payload: answer }));
  });
  await promise;
}

/** What the bot got of one `/vm`, acknowledged. */
async function command(user = 'ann'): Promise<Answer> {
  const { promise, resolve } = Promise.withResolvers<Answer>();
  await listen((payload) => {
    resolve(payload);
    return {};
  });
  expect(await slack.act(user, { kind: 'say', place: '#lab', text: '/vm new' })).toEqual({ ok: true });
  return promise;
}

const plain = (text: string) => ({ type: 'plain_text', text });
const section = (text: string) => ({ type: 'section', text: plain(text) });
const view = { type: 'modal', callback_id: 'c', title: plain('T'), blocks: [section('x')] };

const actions = (...elements: Answer[]) => ({ type: 'actions', elements });
const select = (options: Answer[], more: Answer = {}) => ({
  type: 'static_select',
  action_id: 's',
  options,
  ...more,
});
const socketOutcome = (address: string): Promise<string> =>
  new Promise((resolve) => {
    const socket = new WebSocket(address);
    sockets.push(socket);
    socket.on('error', () => resolve('refused'));
    socket.on('open', () => resolve('open'));
  });

const open = (trigger: unknown) => call('views.open', { trigger_id: trigger, view });

describe('tokens', () => {
  test.each([
    { given: 'none', token: () => null, method: 'auth.test', error: 'not_authed' },
    { given: 'a wrong one', token: () => 'xoxb-guess', method: 'auth.test', error: 'invalid_auth' },
    {
      given: 'the app’s',
      token: () => slack.tokens.app,
      method: 'auth.test',
      error: 'not_allowed_token_type',
    },
    {
      given: 'the bot’s for a socket',
      token: () => slack.tokens.bot,
      method: 'apps.connections.open',
      error: 'not_allowed_token_type',
    },
  ])('$given: $error', async ({ token, method, error }) => {
    expect(await call(method, {}, token())).toMatchObject({ ok: false, error });
  });

  test('a form-encoded call, as the libraries make it, is read too', async () => {
    const response = await fetch(`${slack.apiUrl}chat.postMessage`, {
      method: 'POST',
      headers: { authorization: `Bearer ${slack.tokens.bot}` },
      body: new URLSearchParams({ channel: 'CLAB', text: 'hi', blocks: JSON.stringify([section('hi')]) }),
    });
    expect(await response.json()).toMatchObject({
      ok: true,
      channel: 'CLAB',
      message: { bot_id: 'BOCTOPUS' },
    });
  });

  test('a socket needs a fresh ticket, once', async () => {
    const { url } = await call('apps.connections.open', {}, slack.tokens.app);
    expect(await socketOutcome(String(url))).toBe('open');
    expect(await socketOutcome(String(url))).toBe('refused');
    expect(await socketOutcome(String(url).replace(/ticket=.*/, 'ticket=guess'))).toBe('refused');
  });

  test('a file is given to the bot only', async () => {
    const got = new Promise<Answer>((resolve) => {
      void listen((payload) => {
        resolve(payload);
        return {};
      }).then(() =>
        slack.act('ann', {
          kind: 'say',
          place: 'direct',
          text: 'load',
          files: [{ name: 'a.clp', text: '(a)' }],
        }),
      );
    });
    const { event } = (await got) as { event: { files: { url_private: string }[] } };
    const url = String(event.files[0]?.url_private);
    expect((await fetch(url, { redirect: 'manual' })).status).toBe(302);
    const authorised = await fetch(url, { headers: { authorization: `Bearer ${slack.tokens.bot}` } });
    expect(await authorised.text()).toBe('(a)');
  });
});

describe('messages', () => {
  test.each([
    { what: 'an unknown channel', body: { channel: 'CNONE', text: 'x' }, error: 'channel_not_found' },
    {
      what: 'a channel without the bot',
      body: { channel: 'CELSEWHERE', text: 'x' },
      error: 'not_in_channel',
    },
    { what: 'nothing to say', body: { channel: 'CLAB' }, error: 'no_text' },
    {
      what: 'a text without end',
      body: { channel: 'CLAB', text: 'x'.repeat(40_001) },
      error: 'msg_too_long',
    },
    {
      what: 'a thread nobody began',
      body: { channel: 'CLAB', text: 'x', thread_ts: '1.1' },
      error: 'thread_not_found',
    },
    {
      what: '51 blocks',
      body: { channel: 'CLAB', text: 'x', blocks: Array.from({ length: 51 }, () => section('x')) },
      error: 'invalid_blocks',
    },
    {
      what: 'blocks of 12,000 characters together',
      body: {
        channel: 'CLAB',
        text: 'x',
        blocks: Array.from({ length: 5 }, () => section('x'.repeat(2900))),
      },
      error: 'msg_blocks_too_long',
    },
  ])('$what: $error', async ({ body, error }) => {
    expect(await call('chat.postMessage', body)).toMatchObject({ ok: false, error });
  });

  test('only a message of the bot’s own, which all see, can be edited', async () => {
    const { ts } = await call('chat.postMessage', { channel: 'CLAB', text: 'one' });
    expect(await call('chat.update', { channel: 'CLAB', ts, text: 'two' })).toMatchObject({
      ok: true,
      text: 'two',
    });
    expect(slack.pane('ann').messages[0]).toMatchObject({ id: ts, edited: true, at: 2_000_000_000 });
    const hidden = await call('chat.postEphemeral', { channel: 'CLAB', user: 'UANN', text: 'psst' });
    await slack.act('bob', { kind: 'say', place: '#lab', text: 'mine' });
    const bobs = slack.pane('bob').messages.at(-1)?.id;

    const errors = await Promise.all(
      ['1.000001', hidden['message_ts'], bobs].map((other) =>
        call('chat.update', { channel: 'CLAB', ts: other, text: 'x' }),
      ),
    );
    expect(errors.map(({ error }) => error)).toEqual([
      'message_not_found',
      'message_not_found',
      'cant_update_message',
    ]);
    expect(slack.pane('bob').messages.map(({ text }) => text)).toEqual(['two', 'mine']);
    expect(slack.pane('ann').messages.map(({ text }) => text)).toEqual(['two', 'psst', 'mine']);
  });

  test('more than the tier allows is 429 with the seconds to wait, and passes after them', async () => {
    const post = () => send('chat.postMessage', { channel: 'CLAB', text: 'x' });
    for (let count = 0; count < 5; count += 1) expect((await post()).status).toBe(200);
    const refused = await post();
    expect([refused.status, refused.headers.get('retry-after'), refused.answer['error']]).toEqual([
      429,
      '1',
      'ratelimited',
    ]);
    expect((await send('chat.postMessage', { channel: 'DANN', text: 'x' })).status).toBe(200);
    now += 1000;
    expect((await post()).status).toBe(200);

    const { ts } = await call('chat.postMessage', { channel: 'DBOB', text: 'x' });
    const statuses: number[] = [];
    for (let count = 0; count < 51; count += 1)
      statuses.push((await send('chat.update', { channel: 'DBOB', ts, text: String(count) })).status);
    expect(statuses.indexOf(429)).toBe(50);
  });
});

describe('triggers, modals and response URLs', () => {
  test('a trigger opens one modal', async () => {
    const { trigger_id: trigger } = await command();
    expect(await open('guess')).toMatchObject({ error: 'invalid_trigger_id' });
    expect(await open(trigger)).toMatchObject({ ok: true, view: { callback_id: 'c' } });
    expect(await open(trigger)).toMatchObject({ error: 'exchanged_trigger_id' });
    expect(slack.pane('ann').form).toMatchObject({ callback_id: 'c' });
    expect(slack.pane('bob').form).toBeNull();
  });

  test('a trigger lives three seconds', async () => {
    const { trigger_id: trigger } = await command();
    now += 3001;
    expect(await call('views.open', { trigger_id: trigger, view })).toMatchObject({
      error: 'expired_trigger_id',
    });
  });

  test('a modal is changed by its id, unless it has changed meanwhile', async () => {
    const { trigger_id: trigger } = await command();
    const opened = (await call('views.open', { trigger_id: trigger, view })) as {
      view: { id: string; hash: string };
    };
    const { id, hash } = opened.view;
    const renamed = { ...view, title: plain('U') };
    expect(await call('views.update', { view_id: id, hash, view: renamed })).toMatchObject({ ok: true });
    expect(await call('views.update', { view_id: id, hash, view })).toMatchObject({ error: 'hash_conflict' });
    expect(await call('views.update', { view_id: 'VNONE', view })).toMatchObject({ error: 'not_found' });
    expect(slack.pane('ann').form).toMatchObject({ title: plain('U') });
    expect(await slack.act('ann', { kind: 'cancel' })).toEqual({ ok: true });
    expect(slack.pane('ann').form).toBeNull();
  });

  test('a response URL answers five times, to the one who acted', async () => {
    const { response_url: url } = await command();
    for (let count = 1; count <= 5; count += 1)
      expect((await respond(url, { text: `answer ${count}`, replace_original: count > 1 })).status).toBe(200);
    const sixth = await respond(url, { text: 'answer 6' });
    expect([sixth.status, await sixth.json()]).toEqual([404, { ok: false, error: 'used_url' }]);
    expect(slack.pane('ann').messages.map(({ text, onlyForYou }) => [text, onlyForYou])).toEqual([
      ['answer 5', true],
    ]);
    expect(slack.pane('bob').messages).toEqual([]);
  });

  test('a response URL ends after half an hour', async () => {
    const { response_url: url } = await command();
    now += 30 * 60_000 + 1;
    expect(await (await respond(url, { text: 'late' })).json()).toEqual({ ok: false, error: 'expired_url' });
  });
});

describe('a bot that does not answer as it must', () => {
  test('nobody connected: the person is told at once', async () => {
    const result = await slack.act('ann', { kind: 'say', place: '#lab', text: '/vm list' });
    expect(result).toEqual({ ok: false, error: 'dispatch_failed' });
    expect(slack.pane('ann').messages.at(-1)).toMatchObject({
      from: 'slackbot',
      onlyForYou: true,
      text: '/vm failed with the error "dispatch_failed"',
    });
  });

  test('no acknowledgement within three seconds: the person is told', async () => {
    await impatient();
    await listen(() => null);
    const result = await slack.act('ann', { kind: 'say', place: '#lab', text: '/vm list' });
    expect(result).toEqual({ ok: false, error: 'operation_timeout' });
    expect(slack.pane('ann').messages.at(-1)?.text).toBe('/vm failed with the error "operation_timeout"');
    expect(slack.traffic().at(-1)).toMatchObject({ what: 'acknowledgement', refused: 'operation_timeout' });
  });

  test('an event without acknowledgement comes again', async () => {
    await impatient();
    const ids: unknown[] = [];
    const again = new Promise<void>((resolve) => {
      void listen((payload) => {
        ids.push(payload['event_id']);
        if (ids.length === 1) return null;
        resolve();
        return {};
      }).then(() => slack.act('ann', { kind: 'say', place: 'direct', text: 'hello' }));
    });
    await again;
    expect(ids[0]).toBe(ids[1]);
  });

  test('problems for a field that is not there are an error of the bot', async () => {
    const input = {
      type: 'input',
      block_id: 'name',
      label: plain('N'),
      element: { type: 'plain_text_input', action_id: 'v' },
    };
    const { promise, resolve } = Promise.withResolvers<unknown>();
    await listen((payload, type) => {
      if (type === 'slash_commands') resolve(payload['trigger_id']);
      return payload['type'] === 'view_submission'
        ? { response_action: 'errors', errors: { elsewhere: 'no' } }
        : {};
    });
    await slack.act('ann', { kind: 'say', place: '#lab', text: '/vm new' });
    await call('views.open', {
      trigger_id: await promise,
      view: { ...view, submit: plain('Go'), blocks: [input] },
    });
    expect(await slack.act('ann', { kind: 'submit', values: { name: 'x' } })).toEqual({
      ok: false,
      error: 'invalid_response_action',
    });
    expect(await slack.act('ann', { kind: 'submit', values: {} })).toMatchObject({
      problems: { name: expect.any(String) },
    });
  });
});

describe('Block Kit', () => {
  const button = (more: Answer = {}) => ({ type: 'button', text: plain('Go'), action_id: 'a', ...more });
  const input = (element: Answer) => ({ type: 'input', label: plain('L'), element });
  const option = (value: string) => ({ text: plain('o'), value });

  test.each([
    {
      what: 'a section of 3001',
      block: section('x'.repeat(3001)),
      problem: 'must be less than 3001 characters',
    },
    { what: 'an empty section', block: section(''), problem: 'must be more than 0 characters' },
    {
      what: 'a section of nothing',
      block: { type: 'section' },
      problem: 'missing required field: text or fields',
    },
    {
      what: 'eleven fields',
      block: { type: 'section', fields: Array.from({ length: 11 }, () => plain('x')) },
      problem: 'no more than 10 items allowed',
    },
    {
      what: 'a long field',
      block: { type: 'section', fields: [plain('x'.repeat(2001))] },
      problem: 'less than 2001',
    },
    {
      what: 'a long header',
      block: { type: 'header', text: plain('x'.repeat(151)) },
      problem: 'less than 151',
    },
    {
      what: 'markup in a header',
      block: { type: 'header', text: { type: 'mrkdwn', text: 'x' } },
      problem: 'unsupported type: mrkdwn',
    },
    { what: 'an unknown block', block: { type: 'marquee' }, problem: 'unsupported type: marquee' },
    {
      what: 'an unknown field',
      block: { ...section('x'), colour: 'red' },
      problem: 'invalid additional property: colour',
    },
    {
      what: 'a long label',
      block: actions(button({ text: plain('x'.repeat(76)) })),
      problem: 'less than 76',
    },
    { what: 'a long value', block: actions(button({ value: 'x'.repeat(2001) })), problem: 'less than 2001' },
    {
      what: 'a style of our own',
      block: actions(button({ style: 'plain' })),
      problem: 'must be `primary` or `danger`',
    },
    {
      what: 'the same action twice',
      block: actions(button(), button()),
      problem: 'action_id already exists: a',
    },
    {
      what: '26 buttons',
      block: actions(...Array.from({ length: 26 }, (_, place) => button({ action_id: `a${place}` }))),
      problem: 'no more than 25 items allowed',
    },
    {
      what: 'a long question',
      block: actions(
        button({
          confirm: { title: plain('t'), text: plain('x'.repeat(301)), confirm: plain('y'), deny: plain('n') },
        }),
      ),
      problem: 'less than 301',
    },
    {
      what: 'an input in a message',
      block: input(select([option('a')])),
      problem: 'unsupported type: input',
    },
  ])('$what: $problem', ({ block, problem }) => {
    expect(blockProblems([block], 'message').join('\n')).toContain(problem);
  });

  test.each([
    { what: 'a title of 25', change: { title: plain('x'.repeat(25)) }, problem: 'less than 25' },
    { what: 'much metadata', change: { private_metadata: 'x'.repeat(3001) }, problem: 'less than 3001' },
    {
      what: 'an input without submit',
      change: { blocks: [input({ type: 'plain_text_input', action_id: 'v' })] },
      problem: 'missing required field: submit',
    },
    {
      what: '101 options',
      change: {
        submit: plain('Go'),
        blocks: [input(select(Array.from({ length: 101 }, (_, n) => option(`${n}`))))],
      },
      problem: 'no more than 100 items allowed',
    },
    {
      what: 'a choice that is not offered',
      change: {
        submit: plain('Go'),
        blocks: [input(select([option('a')], { initial_option: option('b') }))],
      },
      problem: 'initial option not found',
    },
    {
      what: 'one id for two blocks',
      change: {
        blocks: [
          { ...section('x'), block_id: 'b' },
          { ...section('y'), block_id: 'b' },
        ],
      },
      problem: 'block_id already exists: b',
    },
    { what: 'a home tab', change: { type: 'home' }, problem: 'unsupported type' },
  ])('a modal with $what: $problem', ({ change, problem }) => {
    expect(viewProblems(view)).toEqual([]);
    expect(viewProblems({ ...view, ...change }).join('\n')).toContain(problem);
  });
});
