import { setTimeout as sleep } from 'node:timers/promises';
import { webApi, type types } from '@slack/bolt';
import type { SlackMessage } from './blocks.ts';

type Client = webApi.WebClient;

/** How long we wait for one answer of Slack, and how often we knock again. */
const ANSWER_TIMEOUT_MS = 10_000;
const RATE_LIMIT_TRIES = 5;
const OPEN_TIMEOUT_MS = 2500;

/** What the library needs to reach the Web API: its own retries stay few, so a chat message never waits for minutes. */
export function clientOptions(apiUrl: string | undefined): webApi.WebClientOptions {
  return {
    ...(apiUrl === undefined ? {} : { slackApiUrl: apiUrl }),
    retryConfig: { retries: 2, minTimeout: 200, maxTimeout: 2000 },
    rejectRateLimitedCalls: true,
    timeout: ANSWER_TIMEOUT_MS,
  };
}

/** Slack's own name for a refusal, `not_in_channel` for example; null when it did not refuse but fail. */
export function refusal(error: unknown): string | null {
  return error instanceof webApi.WebAPIPlatformError ? error.data.error : null;
}

/** Seconds that Slack wants to be left alone for; null when the error is another one. */
export function rateLimited(error: unknown): number | null {
  return error instanceof webApi.WebAPIRateLimitedError ? error.retryAfter : null;
}

/**
 * The calls that the surface makes. All reject with the errors of `@slack/web-api`. A call that Slack limits waits as
 * long as Slack says and is made again, alone: the library would hold back every other call meanwhile. Messages to one
 * channel go one after another, since Slack takes about one a second there.
 */
export class SlackWeb {
  readonly #client: Client;
  readonly #editing: Client;
  readonly #lines = new Map<string, Promise<unknown>>();
  readonly #directs = new Map<string, string>();

  constructor(botToken: string, options: webApi.WebClientOptions) {
    this.#client = new webApi.WebClient(botToken, options);
    this.#editing = new webApi.WebClient(botToken, { ...options, retryConfig: { retries: 0 } });
  }

  /** Gives the message's time stamp. */
  async post(channel: string, message: SlackMessage, thread: string | undefined): Promise<string> {
    const { postMessage: send } = this.#client.chat;
    const answer = await this.#inLine(channel, () =>
      send({
        channel,
        ...message,
        unfurl_links: false,
        unfurl_media: false,
        ...(thread === undefined ? {} : { thread_ts: thread }),
      }),
    );
    return answered(answer.ts, 'chat.postMessage', 'ts');
  }

  async postEphemeral(
    channel: string,
    user: string,
    message: SlackMessage,
    thread: string | undefined,
  ): Promise<void> {
    await patiently(() =>
      this.#client.chat.postEphemeral({
        channel,
        user,
        ...message,
        ...(thread === undefined ? {} : { thread_ts: thread }),
      }),
    );
  }

  /** Tried once: when Slack limits it, whoever paces the edits has to know. */
  async update(channel: string, ts: string, message: SlackMessage): Promise<void> {
    await this.#editing.chat.update({ channel, ts, ...message });
  }

  /** Opens a modal. Not repeated: the trigger is good for three seconds and for one use. */
  async open(trigger: string, view: types.ModalView): Promise<void> {
    const late = sleep(OPEN_TIMEOUT_MS, undefined, { ref: false }).then(() => {
      throw new Error('views.open took longer than its trigger lives');
    });
    await Promise.race([this.#editing.views.open({ trigger_id: trigger, view }), late]);
  }

  /** The channel of the direct messages with this person. */
  async directChannel(user: string): Promise<string> {
    const known = this.#directs.get(user);
    if (known !== undefined) return known;
    const answer = await patiently(() => this.#client.conversations.open({ users: user }));
    const channel = answered(answer.channel?.id, 'conversations.open', 'channel');
    this.#directs.set(user, channel);
    return channel;
  }

  async profile(user: string): Promise<{ name: string | null; zone: string | null }> {
    const { user: found } = await patiently(() => this.#client.users.info({ user }));
    const names = [found?.profile?.display_name, found?.real_name, found?.name];
    return { name: names.find((name) => name !== undefined && name !== '') ?? null, zone: found?.tz ?? null };
  }

  /** After the calls before it for the same channel have ended, well or badly. */
  #inLine<Answer>(channel: string, call: () => Promise<Answer>): Promise<Answer> {
    const before = this.#lines.get(channel) ?? Promise.resolve();
    const mine = before.then(() => patiently(call));
    const settled = mine.then(
      () => undefined,
      () => undefined,
    );
    this.#lines.set(channel, settled);
    void settled.finally(() => {
      if (this.#lines.get(channel) === settled) this.#lines.delete(channel);
    });
    return mine;
  }
}

async function patiently<Answer>(call: () => Promise<Answer>): Promise<Answer> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await call();
    } catch (error) {
      const wait = rateLimited(error);
      if (wait === null || tries === RATE_LIMIT_TRIES) throw error;
      await sleep(wait * 1000);
    }
  }
}

function answered(value: string | undefined, method: string, what: string): string {
  if (value === undefined) throw new Error(`Slack's answer to ${method} lacks \`${what}\``);
  return value;
}
