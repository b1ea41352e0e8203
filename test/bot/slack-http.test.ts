import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { httpBody, signature } from '../../bot/playground/slack/delivery.ts';
import { SlackSurface } from '../../bot/slack/slack-surface.ts';
import { card, message, openStage, present, seen, type Stage } from './slack-stage.ts';

// The other way to be reached: signed requests. Who cannot sign is not heard.

const signingSecret = '8f742231b10e8888abcd99yyyzzz85a5';

const now = () => Math.floor(Date.now() / 1000);

describe('signed requests', () => {
  let stage: Stage;
  let url: string;
  beforeAll(async () => {
    stage = await openStage({ mode: 'http', signingSecret });
    url = `http://127.0.0.1:${stage.surface.port}/slack/events`;
    stage.slack.deliverTo(url, signingSecret);
    stage.play(({ said }) => ({ kind: 'card', card: card(`heard a ${said.kind}`), toAll: true }));
  });
  afterAll(() => stage.close());

  const post = (body: string, headers: Record<string, string>) =>
    fetch(url, { method: 'POST', headers, body });
  const form = 'application/x-www-form-urlencoded';

  test('the whole conversation works as over a socket', async () => {
    expect(await stage.slack.act('ann', { kind: 'say', place: '#lab', text: '/vm list' })).toEqual({
      ok: true,
    });
    await seen(stage.slack, () => message(stage.slack, 'bob', 'heard a text'));
    stage.play(() => ({
      kind: 'form',
      form: {
        title: 'Name',
        token: 't',
        submit: 'Go',
        fields: [{ id: 'name', label: 'Name', optional: false }],
      },
    }));
    await stage.slack.act('ann', { kind: 'say', place: '#lab', text: '/vm new' });
    await seen(stage.slack, () => stage.slack.pane('ann').form);
    stage.play(() => ({ kind: 'problems', fields: { name: 'Taken.' } }));
    expect(await stage.slack.act('ann', { kind: 'submit', values: { name: 'x' } })).toEqual({
      ok: false,
      problems: { name: 'Taken.' },
    });
  });

  const command = httpBody('slash_commands', {
    command: '/vm',
    text: 'delete everything',
    user_id: 'UANN',
    user_name: 'ann',
    channel_id: 'CLAB',
    team_id: 'TPLAY',
    trigger_id: 'forged',
    response_url: 'http://127.0.0.1:1/forged',
  });

  test.each([
    { forgery: 'another secret', sign: () => [now(), signature('guessed', now(), command)] as const },
    {
      forgery: 'another body',
      sign: () => [now(), signature(signingSecret, now(), `${command}&x=1`)] as const,
    },
    {
      forgery: 'a recorded request from ten minutes ago',
      sign: () => [now() - 600, signature(signingSecret, now() - 600, command)] as const,
    },
    { forgery: 'no signature', sign: () => [now(), null] as const },
    { forgery: 'garbage', sign: () => [now(), 'v0=zz'] as const },
  ])('$forgery is answered 401, tells nothing, and is not heard', async ({ sign }) => {
    const before = stage.received.length;
    const [timestamp, signed] = sign();
    const response = await post(command, {
      'content-type': form,
      'x-slack-request-timestamp': String(timestamp),
      ...(signed === null ? {} : { 'x-slack-signature': signed }),
    });
    expect([response.status, await response.text()]).toEqual([401, '']);
    expect(stage.received.length).toBe(before);
  });

  test('an event that Slack sends again is heard once', async () => {
    stage.play(() => ({ kind: 'card', card: card('one answer'), toAll: true }));
    const body = httpBody('events_api', {
      type: 'event_callback',
      team_id: 'TPLAY',
      api_app_id: 'AOCTOPUS',
      event_id: 'Ev1',
      event_time: now(),
      authorizations: [{ team_id: 'TPLAY', user_id: 'UOCTOPUS', is_bot: true, is_enterprise_install: false }],
      event: {
        type: 'app_mention',
        user: 'UBOB',
        text: '<@UOCTOPUS> list',
        channel: 'CLAB',
        ts: '1790000000.000100',
      },
    });
    const before = stage.received.length;
    for (const retry of ['0', '1', '2']) {
      const response = await post(body, {
        'content-type': 'application/json',
        'x-slack-request-timestamp': String(now()),
        'x-slack-signature': signature(signingSecret, now(), body),
        'x-slack-retry-num': retry,
      });
      expect(response.status).toBe(200);
    }
    await seen(stage.slack, () => message(stage.slack, 'ann', 'one answer'));
    const heard = stage.received.slice(before);
    expect(heard.map(({ delivery }) => delivery)).toEqual(['slack:message:CLAB:1790000000.000100']);
  });

  test('a port that is taken is named', async () => {
    const port = present(stage.surface.port);
    const second = new SlackSurface({
      botToken: stage.slack.tokens.bot,
      apiUrl: stage.slack.apiUrl,
      signingSecret,
      port,
      log: () => undefined,
    });
    const failure = await second.start(() => Promise.resolve({ kind: 'nothing' })).catch(String);
    await second.stop();
    expect(failure).toContain(`Port ${port} cannot be opened for Slack`);
  });

  test('a response URL that is not of Slack is never called', async () => {
    stage.play(() => ({ kind: 'card', card: card('by another way'), toAll: false }));
    const body = command.replace('delete+everything', 'list');
    await post(body, {
      'content-type': form,
      'x-slack-request-timestamp': String(now()),
      'x-slack-signature': signature(signingSecret, now(), body),
    });
    await seen(stage.slack, () => message(stage.slack, 'ann', 'by another way'));
    expect(stage.log.join('\n')).toContain('the response URL is not of Slack');
  });
});
