import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SlackLoopback } from '../../bot/playground/slack/slack-loopback.ts';
import { SCOPES } from '../../bot/playground/slack/web-api.ts';
import { SlackStartError, SlackSurface } from '../../bot/slack/slack-surface.ts';
import type { Form, Reply, Said } from '../../bot/surface.ts';
import { readToken } from '../../bot/token.ts';
import { button, card, message, openStage, present, seen, users, type Stage } from './slack-stage.ts';

// The real Bolt app over Socket Mode, a script in place of the bot, and a Slack that refuses what Slack refuses.

const form: Form = {
  title: 'A new virtual machine, please',
  token: 'form-token',
  submit: 'Make it',
  fields: [
    { id: 'name', label: 'Name', optional: false },
    { id: 'image', label: 'Image', optional: false, choices: [{ value: 'ubuntu', label: 'Ubuntu' }] },
    { id: 'note', label: 'Note', optional: true, hint: 'for yourself' },
  ],
};

describe('a conversation', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage({ mode: 'socket' });
  });
  afterAll(() => stage.close());

  const say = (user: string, place: string, text: string) =>
    stage.slack.act(user, { kind: 'say', place, text });
  const calls = (method: string) => stage.slack.traffic().filter(({ what }) => what === method);

  test('a slash command is acknowledged, answered by one message, and the message is edited in place', async () => {
    stage.play(async ({ from }) => {
      const ref = await stage.surface.post(from, card('placing'));
      await Promise.all(
        Array.from({ length: 20 }, (_, step) => stage.surface.update(ref, card(`step ${step + 1} of 20`))),
      );
      return { kind: 'nothing' };
    });

    expect(await say('ann', '#lab', '/vm new 4c 8g ubuntu')).toEqual({ ok: true });

    const last = await seen(stage.slack, () => message(stage.slack, 'bob', 'step 20 of 20'));
    expect(last).toMatchObject({ place: '#lab', from: 'octopus', edited: true, onlyForYou: false });
    expect(stage.received.at(-1)).toMatchObject({
      actor: { account: 'slack:UANN', name: 'Ann Example', zone: 'Europe/Rome' },
      said: { kind: 'text', text: 'new 4c 8g ubuntu', files: [] },
    });
    // Twenty states in one moment are one or two edits, not twenty.
    expect(calls('chat.update').length).toBeLessThan(4);
  });

  test('a mention loses its markup, and is answered in its thread', async () => {
    stage.play(() => ({ kind: 'card', card: card('in the thread'), toAll: true }));
    await say('bob', '#lab', 'who has time?');
    const root = present(stage.slack.pane('bob').messages.at(-1)).id;

    await say('bob', `#lab/${root}`, '@Octopus why <a & b> @octopus?');

    await seen(stage.slack, () => message(stage.slack, 'ann', 'in the thread'));
    expect(stage.received.at(-1)?.said).toMatchObject({ text: 'why <a & b> ?' });
    expect(calls('chat.postMessage').at(-1)?.body).toMatchObject({ channel: 'CLAB', thread_ts: root });
  });

  test('what is said in a channel without a mention is not ours', async () => {
    const before = stage.received.length;
    await say('ann', '#lab', 'lunch?');
    await say('ann', 'direct', 'list');
    expect(stage.received.slice(before).map(({ said }) => said)).toEqual([
      { kind: 'text', text: 'list', files: [] },
    ]);
  });

  test('a direct message brings its text files; others are refused in words', async () => {
    stage.play(() => ({ kind: 'card', card: card('loaded'), toAll: false }));
    await stage.slack.act('ann', {
      kind: 'say',
      place: 'direct',
      text: 'policy load\n```(defrule a (lease (id ?l&~x)) => (remind ?l))```',
      files: [
        { name: 'quota.clp', text: '(defrule größer <- ok)' },
        { name: 'disk.bin', text: '\0\0\0' },
        { name: 'long.clp', text: ';'.repeat(256 * 1024 + 1) },
      ],
    });

    const answer = await seen(stage.slack, () => message(stage.slack, 'ann', 'loaded'));
    expect(answer).toMatchObject({ place: 'direct', onlyForYou: false });
    expect(stage.received.at(-1)?.said).toEqual({
      kind: 'text',
      text: 'policy load\n```(defrule a (lease (id ?l&~x)) => (remind ?l))```',
      files: [{ name: 'quota.clp', text: '(defrule größer <- ok)' }],
    });
    const refused = await seen(stage.slack, () => message(stage.slack, 'ann', 'disk.bin'));
    expect(refused.text).toContain('disk.bin was not read: it is not a text file');
    expect(refused.text).toContain('long.clp was not read: it is longer than 256 KB');
  });

  test('what one person says is heard in its order, though a file takes longer to read', async () => {
    const before = stage.received.length;
    stage.play(() => ({ kind: 'nothing' }));
    const files = [{ name: 'long.clp', text: ';'.repeat(200_000) }];
    await stage.slack.act('ann', { kind: 'say', place: 'direct', text: 'policy load', files });
    await say('ann', 'direct', 'policy rollback');
    await until(() => stage.received.length === before + 2);
    const texts = stage.received.slice(before).map(({ said }) => (said.kind === 'text' ? said.text : ''));
    expect(texts).toEqual(['policy load', 'policy rollback']);
  });

  test('pressing one drawing twice gives the same token in two deliveries', async () => {
    stage.play(() => ({ kind: 'nothing' }));
    const ref = await stage.surface.post(
      { surface: 'slack', address: JSON.stringify({ channel: 'CLAB' }) },
      card('renew?', [button('Renew', 'renew build-box')]),
    );
    const press = { kind: 'press', message: ref.message, action: 'press-0-0', value: null } as const;
    expect(await stage.slack.act('bob', press)).toEqual({ ok: true });
    expect(await stage.slack.act('ann', press)).toEqual({ ok: true });

    const [first, second] = stage.received.slice(-2);
    expect(first?.said).toEqual(second?.said);
    expect(first?.delivery).not.toBe(second?.delivery);
    expect(new Set([first?.actor.account, second?.actor.account])).toEqual(
      new Set(['slack:UBOB', 'slack:UANN']),
    );
    const said = first?.said as Said & { kind: 'press' };
    expect(said.message).toEqual(ref);
    expect(readToken(said.token)?.press).toEqual({ text: 'renew build-box' });
  });

  test('an answer to the asker alone is seen by nobody else, after a command, a press and a mention', async () => {
    stage.play(({ said }) => ({ kind: 'card', card: card(`only for you after ${said.kind}`), toAll: false }));
    await say('ann', '#lab', '/vm quota');
    const first = await seen(stage.slack, () => message(stage.slack, 'ann', 'only for you after text'));
    expect(first).toMatchObject({ place: '#lab', onlyForYou: true });
    expect(message(stage.slack, 'bob', 'only for you after text')).toBeUndefined();

    const before = calls('chat.postEphemeral').length;
    await say('ann', '#lab', '@Octopus quota');
    await seen(stage.slack, () => calls('chat.postEphemeral').length > before);
    const ref = await stage.surface.post(
      { surface: 'slack', address: JSON.stringify({ channel: 'CLAB' }) },
      card('whose?', [button('Mine', 'list')]),
    );
    await stage.slack.act('bob', { kind: 'press', message: ref.message, action: 'press-0-0', value: null });
    await seen(stage.slack, () => message(stage.slack, 'bob', 'only for you after press'));
    expect(message(stage.slack, 'ann', 'only for you after press')).toBeUndefined();
    expect(message(stage.slack, 'ann', 'whose?')).toBeDefined();
  });

  test('a modal opens, shows its problems beside the fields, and is sent', async () => {
    stage.play(({ said }) => {
      if (said.kind === 'text') return { kind: 'form', form };
      if (said.kind === 'form' && said.values['name'] === 'no good')
        return { kind: 'problems', fields: { name: 'Letters only.', elsewhere: 'And more.' } };
      return { kind: 'card', card: card('made'), toAll: true };
    });
    await say('ann', '#lab', '/vm new');
    await seen(stage.slack, () => stage.slack.pane('ann').form);

    const submit = (values: Record<string, string>) => stage.slack.act('ann', { kind: 'submit', values });
    expect(await submit({ name: 'x' })).toMatchObject({ ok: false, problems: { image: expect.any(String) } });
    expect(await submit({ name: 'no good', image: 'ubuntu' })).toEqual({
      ok: false,
      problems: { name: 'Letters only. And more.' },
    });
    expect(await submit({ name: 'good', image: 'ubuntu' })).toEqual({ ok: true });

    expect(stage.slack.pane('ann').form).toBeNull();
    expect(stage.received.at(-1)?.said).toEqual({
      kind: 'form',
      token: 'form-token',
      values: { name: 'good', image: 'ubuntu', note: '' },
    });
    await seen(stage.slack, () => message(stage.slack, 'bob', 'made'));
  });

  test('a sentence in a channel cannot open a modal: it brings a button that does', async () => {
    stage.play(() => ({ kind: 'form', form }));
    await say('bob', '#lab', '@Octopus new 4c');
    const offer = await seen(stage.slack, () => message(stage.slack, 'bob', 'Fill in'));
    expect(offer).toMatchObject({ onlyForYou: true });
    expect(offer.text).toContain('Needed: Name, Image');

    await stage.slack.act('bob', { kind: 'press', message: offer.id, action: 'press-1-0', value: null });
    await seen(stage.slack, () => stage.slack.pane('bob').form);
    const said = stage.received.at(-1)?.said as Said & { kind: 'press' };
    expect(said.message).toBeNull();
    expect(readToken(said.token)?.press).toEqual({ text: 'new 4c' });
  });

  test('a form that comes too late for its trigger is offered by a button', async () => {
    stage.play(() => {
      stage.later(3500);
      return { kind: 'form', form: { ...form, title: 'Too late' } };
    });
    await say('ann', '#lab', '/vm new too late');
    const offer = await seen(stage.slack, () => message(stage.slack, 'ann', 'Too late'));
    expect(JSON.stringify(offer.payload)).toContain('Fill in');
    expect(calls('views.open').at(-1)?.refused).toBe('expired_trigger_id');
  });

  test('an answer that comes too late for its response URL finds another way', async () => {
    stage.play(() => {
      stage.later(31 * 60_000);
      return { kind: 'card', card: card('after half an hour'), toAll: false };
    });
    await say('ann', '#lab', '/vm why build-box');
    const answer = await seen(stage.slack, () => message(stage.slack, 'ann', 'after half an hour'));
    expect(answer).toMatchObject({ place: '#lab', onlyForYou: true });
    expect(calls('response_url').at(-1)?.refused).toBe('expired_url');
  });

  test('an answer to a press in a thread stays in the thread', async () => {
    stage.play(({ said }) => {
      const text = said.kind === 'press' ? JSON.stringify(readToken(said.token)?.press) : '';
      return { kind: 'card', card: card(`a word after ${text}`, [button('More', 'more')]), toAll: false };
    });
    await say('bob', '#lab', 'a question');
    const thread = present(stage.slack.pane('bob').messages.at(-1)).id;
    const address = JSON.stringify({ channel: 'CLAB', thread });
    const ref = await stage.surface.post(
      { surface: 'slack', address },
      card('press me', [button('Why', 'why')]),
    );
    await stage.slack.act('bob', { kind: 'press', message: ref.message, action: 'press-0-0', value: null });
    const first = await seen(stage.slack, () => message(stage.slack, 'bob', 'why'));
    expect(calls('response_url').at(-1)?.body).toMatchObject({ thread_ts: thread });
    await stage.slack.act('bob', { kind: 'press', message: first.id, action: 'press-0-0', value: null });
    await seen(stage.slack, () => message(stage.slack, 'bob', 'a word after {"text":"more"}'));
    expect(calls('response_url').at(-1)?.body).toMatchObject({ thread_ts: thread });
  });

  test('where the bot has not been invited, the answer comes directly, with a line that says so', async () => {
    stage.play(async ({ from }) => {
      const ref = await stage.surface.post(from, card('placing far away'));
      await stage.surface.update(ref, card('running far away'));
      return { kind: 'card', card: card('and a word to you'), toAll: false };
    });
    expect(await say('ann', '#elsewhere', '/vm new 1c 1g ubuntu')).toEqual({ ok: true });
    const answer = await seen(stage.slack, () => message(stage.slack, 'ann', 'running far away'));
    expect(answer).toMatchObject({ place: 'direct', edited: true });
    const hint = await seen(stage.slack, () => message(stage.slack, 'ann', 'not in this channel'));
    expect(hint).toMatchObject({ place: '#elsewhere', onlyForYou: true });
    await seen(stage.slack, () => message(stage.slack, 'ann', 'and a word to you'));
  });

  test('a person is reached directly by what the actor says of itself', async () => {
    stage.play(() => ({ kind: 'nothing' }));
    await say('bob', '#lab', '/vm list');
    await stage.surface.post(present(stage.received.at(-1)?.actor.direct), card('your lease ends'));
    expect(message(stage.slack, 'bob', 'your lease ends')).toMatchObject({ place: 'direct' });
    expect(message(stage.slack, 'ann', 'your lease ends')).toBeUndefined();
  });

  test('a failure of ours is told to the person, and logged with its reason', async () => {
    stage.play(() => Promise.reject(new Error('the journal is full')));
    await say('ann', '#lab', '/vm list');
    const told = await seen(stage.slack, () => message(stage.slack, 'ann', 'did not work'));
    expect(told.text).toContain('Octopus failed on this');
    expect(JSON.stringify(told)).not.toContain('journal is full');
    expect(stage.log.join('\n')).toContain('the journal is full');
  });

  test('an edit of a message that is gone rejects with the reason', async () => {
    const gone = { surface: 'slack', address: JSON.stringify({ channel: 'CLAB' }), message: '1.000001' };
    await expect(stage.surface.update(gone, card('late'))).rejects.toThrow('message_not_found');
  });
});

test('a form that is judged too late for Slack is closed, and its problems are told by message', async () => {
  const stage = await openStage({ mode: 'socket', formMsMax: 20 });
  const judged = Promise.withResolvers<Reply>();
  stage.play(({ said }) => (said.kind === 'text' ? { kind: 'form', form } : judged.promise));
  await stage.slack.act('ann', { kind: 'say', place: '#lab', text: '/vm new' });
  await seen(stage.slack, () => stage.slack.pane('ann').form);
  const values = { name: 'a', image: 'ubuntu' };
  expect(await stage.slack.act('ann', { kind: 'submit', values })).toEqual({ ok: true });
  judged.resolve({ kind: 'problems', fields: { name: 'Taken meanwhile.' } });
  await seen(stage.slack, () => message(stage.slack, 'ann', 'Taken meanwhile.'));
  await stage.close();
});

describe('a Slack that limits and breaks', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage({ mode: 'socket', limits: 'strict' });
  });
  afterAll(() => stage.close());

  test('messages beyond the rate are sent later, in their order', async () => {
    const to = { surface: 'slack', address: JSON.stringify({ channel: 'CLAB' }) };
    const titles = Array.from({ length: 8 }, (_, place) => `notice ${place}`);
    const refusals = (): number =>
      stage.slack.traffic().filter(({ refused }) => refused === 'ratelimited').length;
    // Slack's second passes with each refusal, and not by itself.
    let known = refusals();
    const stop = stage.slack.onChange(() => {
      for (; known < refusals(); known++) stage.later(1000);
    });
    await Promise.all(titles.map((title) => stage.surface.post(to, card(title))));
    stop();

    const shown = stage.slack.pane('ann').messages.map(({ text }) => text);
    expect(shown).toEqual(titles);
    expect(known).toBeGreaterThan(0);
  });

  test('edits beyond the rate wait, and the last state is what stays', async () => {
    const to = { surface: 'slack', address: JSON.stringify({ user: 'UANN' }) };
    const refs = [await stage.surface.post(to, card('one')), await stage.surface.post(to, card('two'))];
    await Promise.all(
      refs.flatMap((ref) =>
        ['a', 'b', 'c'].map((state) => stage.surface.update(ref, card(`state ${state}`))),
      ),
    );
    const direct = stage.slack.pane('ann').messages.filter(({ place }) => place === 'direct');
    expect(direct.map(({ text }) => text)).toEqual(['state c', 'state c']);
  });

  test('after a refresh, and after an outage, people are heard again', async () => {
    stage.play(({ said }) => ({
      kind: 'card',
      card: card(`heard ${said.kind === 'text' ? said.text : ''}`),
      toAll: true,
    }));
    stage.slack.refreshConnections();
    await until(() => stage.slack.connections === 1);
    await stage.slack.act('ann', { kind: 'say', place: 'direct', text: 'after the refresh' });
    await seen(stage.slack, () => message(stage.slack, 'ann', 'heard after the refresh'));

    await stage.slack.stop();
    await until(() => stage.surface.health().startsWith('reconnecting since'));
    await stage.slack.start();
    await until(() => stage.slack.connections === 1 && stage.surface.health() === 'connected');
    expect(stage.surface.health()).toBe('connected');
    await stage.slack.act('ann', { kind: 'say', place: 'direct', text: 'after the outage' });
    await seen(stage.slack, () => message(stage.slack, 'ann', 'heard after the outage'));
  });
});

test('without the right to write to people, an answer still reaches who asked, and is edited', async () => {
  const stage = await openStage({ mode: 'socket', scopes: ['commands', 'chat:write'] });
  stage.play(async ({ from }) => {
    const ref = await stage.surface.post(from, card('placing'));
    await stage.surface.update(ref, card('running'));
    return { kind: 'nothing' };
  });
  await stage.slack.act('ann', { kind: 'say', place: '#elsewhere', text: '/vm new' });
  const answer = await seen(stage.slack, () => message(stage.slack, 'ann', 'running'));
  expect(answer).toMatchObject({ place: '#elsewhere', onlyForYou: true, edited: true });
  expect(stage.received.at(-1)?.actor).toMatchObject({ name: 'ann', zone: null });
  expect(stage.log.join('\n')).toContain('missing_scope');
  await stage.close();
});

test('the manifest in the README asks for what the calls need, and for nothing else', () => {
  const readme = readFileSync(join(import.meta.dirname, '../../bot/slack/README.md'), 'utf8');
  const manifest = parse(present(/```yaml\n([\s\S]*?)```/.exec(readme)?.[1])) as Manifest;
  expect(manifest.oauth_config.scopes.bot.toSorted()).toEqual([...SCOPES].toSorted());
  expect(manifest.settings.event_subscriptions.bot_events).toEqual(['app_mention', 'message.im']);
  expect(manifest.features.slash_commands.map(({ command }) => command)).toEqual(['/vm']);
});

interface Manifest {
  readonly features: { readonly slash_commands: readonly { readonly command: string }[] };
  readonly oauth_config: { readonly scopes: { readonly bot: readonly string[] } };
  readonly settings: { readonly event_subscriptions: { readonly bot_events: readonly string[] } };
}

describe('the start', () => {
  test('says that Slack cannot be reached', async () => {
    const surface = new SlackSurface({
      botToken: 'xoxb-x',
      appToken: 'xapp-x',
      apiUrl: 'http://127.0.0.1:1/api/',
      log: () => undefined,
    });
    const failure = await surface.start(() => Promise.resolve({ kind: 'nothing' })).catch(String);
    await surface.stop();
    expect(failure).toContain('SlackStartError: Slack cannot be reached');
  });

  test.each([
    { wrong: 'bot', says: 'the bot token (xoxb-…): invalid_auth' },
    { wrong: 'app', says: 'the app-level token (xapp-…, scope connections:write): invalid_auth' },
  ])('says that the $wrong token is wrong', async ({ wrong, says }) => {
    const slack = new SlackLoopback({ users });
    await slack.start();
    const surface = new SlackSurface({
      botToken: wrong === 'bot' ? 'xoxb-wrong' : slack.tokens.bot,
      appToken: wrong === 'app' ? 'xapp-wrong' : slack.tokens.app,
      apiUrl: slack.apiUrl,
      log: () => undefined,
    });
    const failure: unknown = await surface
      .start(() => Promise.resolve({ kind: 'nothing' }))
      .catch((error: unknown) => error);
    await surface.stop();
    await slack.stop();
    expect(failure).toBeInstanceOf(SlackStartError);
    expect(String(failure)).toContain(says);
    expect(String(failure)).not.toContain('wrong"');
  });
});

/** For what no listener tells of. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 10));
}
