import { randomBytes, randomUUID } from 'node:crypto';
import { z } from 'zod';
import { unreachable } from '../../../policies/model.ts';
import type { StandIn } from '../../teams/connector.ts';
import type { ActResult, Exchange, Loopback, Pane, PaneAction, PlaygroundUser } from '../loopback.ts';
import { BotConnector } from './bot-connector.ts';
import { Chat, LAB, type Member, type Message } from './chat.ts';
import { press } from './client.ts';
import { LoopbackServer, Refusal, type Request, type Response } from './connector-server.ts';
import { SigningKey, type Claims } from './keys.ts';
import { problemsOf } from './validate.ts';

export interface TeamsLoopbackOptions {
  readonly users: readonly PlaygroundUser[];
  /** The registration that the bot is to have. */
  readonly appId: string;
  readonly tenantId: string;
  /** The playground's clock, in seconds: what messages show. The real one when absent; limits and tokens always go by that. */
  readonly now?: () => number;
  /** Real milliseconds, for the rates. */
  readonly realNow?: () => number;
  /** Microsoft names 28 KB, 40 KB and 100 KB in different places; the least is what surely passes. */
  readonly messageBytesMax?: number;
  /** What a client waits for the answer to a button. */
  readonly pressMsMax?: number;
  /** Whether clients know messages for one member only. */
  readonly targeted?: boolean;
}

const ISSUER = 'https://api.botframework.com';
const TRAFFIC_MAX = 500;
const CLIENT_ERROR = 'Something went wrong. Please try again.';

/** The Bot Connector and a Teams client, small: what our adapter meets in the playground and in the tests. */
export class TeamsLoopback implements Loopback {
  readonly platform = 'teams';
  readonly #options: TeamsLoopbackOptions;
  readonly #now: () => number;
  readonly #chat: Chat;
  readonly #key = new SigningKey();
  readonly #botToken = randomBytes(24).toString('base64url');
  readonly #server = new LoopbackServer((request) => this.#serve(request));
  readonly #files = new Map<string, string>();
  readonly #listeners = new Set<() => void>();
  readonly #traffic: Exchange[] = [];
  readonly #connector: BotConnector;
  #endpoint: string | null = null;

  constructor(options: TeamsLoopbackOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => Math.floor(Date.now() / 1000));
    this.#chat = new Chat(options.users, this.#now);
    this.#connector = new BotConnector(this.#chat, {
      tenantId: options.tenantId,
      botToken: this.#botToken,
      messageBytesMax: options.messageBytesMax ?? 28 * 1024,
      targeted: options.targeted ?? true,
      realNow: options.realNow ?? Date.now,
      origin: () => this.#server.origin,
      changed: () => this.#changed(),
    });
  }

  start(): Promise<void> {
    return this.#server.start();
  }

  stop(): Promise<void> {
    return this.#server.stop();
  }

  /** What the adapter needs to talk with this side instead of Microsoft's. Once started. */
  get standIn(): StandIn {
    const { origin } = this.#server;
    return { origin, metadataUrl: `${origin}/openid`, token: () => this.#botToken };
  }

  /** The bot's `/api/messages`, where activities are sent to. */
  connect(endpoint: string): void {
    this.#endpoint = endpoint;
  }

  /** A token as this side signs it, or with other claims, or with another key (`forged`). */
  token(claims: Partial<Claims> = {}, forged = false): string {
    const key = forged ? new SigningKey() : this.#key;
    const exp = Math.floor(Date.now() / 1000) + 3_600;
    const { origin } = this.#server;
    const whole = { iss: ISSUER, aud: this.#options.appId, serviceurl: origin, exp, ...claims };
    return key.token(whole, this.#key.id);
  }

  /** The next `times` requests of the bot are refused with this status, as a busy platform does. */
  fail(status: number, times: number): void {
    this.#connector.fail(status, times);
  }

  pane(user: string): Pane {
    return this.#chat.pane(this.#member(user));
  }

  async act(user: string, action: PaneAction): Promise<ActResult> {
    const member = this.#member(user);
    switch (action.kind) {
      case 'say':
        return this.#say(member, action);
      case 'press':
        return this.#press(member, action);
      case 'submit':
      case 'cancel':
        return { ok: false, error: 'Teams shows a form as a card: press the button on it.' };
      default:
        return unreachable(action);
    }
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  traffic(): readonly Exchange[] {
    return [...this.#traffic];
  }

  /** An activity as this side sends it, without its token: for tests that send their own. */
  activity(user: string, place: string, what: Readonly<Record<string, unknown>>): Record<string, unknown> {
    return this.#activity(this.#member(user), place === 'direct' ? this.#member(user).direct : LAB, what);
  }

  #member(user: string): Member {
    const member = this.#chat.member(user);
    if (member === undefined) throw new TypeError(`nobody here is called ${user}`);
    return member;
  }

  // What people do.

  async #say(
    member: Member,
    { place, text, files = [] }: Extract<PaneAction, { kind: 'say' }>,
  ): Promise<ActResult> {
    const isDirect = place === 'direct';
    if (!isDirect && place !== '#lab') return { ok: false, error: `There is no ${place}.` };
    if (!isDirect && files.length > 0) {
      return { ok: false, error: 'Teams hands files to a bot in its direct chat only. Send it there.' };
    }
    const conversation = isDirect ? member.direct : LAB;
    const isTargeted = !isDirect && text.startsWith('/');
    const from = member.person.id;
    const message = this.#chat.add({
      conversation,
      from,
      onlyFor: isTargeted ? from : null,
      text: [text, ...files.map(({ name }) => `[${name}]`)].join('\n'),
      card: null,
    });
    this.#changed();
    const isMentioned = /@Octopus\b/i.test(text);
    // A bot hears of a channel only what mentions it, and slash commands that were meant for it.
    if (!isDirect && !isMentioned && !isTargeted) return { ok: true };
    const { bot } = this.#chat;
    const mention = { type: 'mention', mentioned: bot, text: '<at>Octopus</at>' };
    return this.#deliver(
      this.#activity(member, isDirect ? conversation : `${LAB};messageid=${message.id}`, {
        type: 'message',
        id: message.id,
        text: text.replace(/@Octopus\b/i, '<at>Octopus</at>'),
        textFormat: 'plain',
        entities: isMentioned ? [mention] : [],
        recipient: isTargeted ? { ...bot, isTargeted: true } : bot,
        attachments: files.map((file) => this.#offered(file)),
      }),
    );
  }

  async #press(member: Member, action: Extract<PaneAction, { kind: 'press' }>): Promise<ActResult> {
    const message = this.#chat.messages.find(({ id }) => id === action.message);
    if (message === undefined || !this.#chat.isSeenBy(message, member)) {
      return { ok: false, error: 'There is no such message.' };
    }
    const pressed = press(message.cards, action.action, action.value, action.inputs ?? {});
    if (pressed === null) return { ok: false, error: 'There is no such button on this message.' };
    if (Object.keys(pressed.problems).length > 0) {
      return { ok: false, error: 'The form is not complete.', problems: pressed.problems };
    }
    const { title, data } = pressed;
    const activity = this.#activity(member, message.conversation, {
      type: 'invoke',
      name: 'adaptiveCard/action',
      id: `f:${randomUUID()}`,
      replyToId: message.id,
      value: { action: { type: 'Action.Execute', title, verb: action.action, data }, trigger: 'manual' },
    });
    return this.#deliver(activity, (body) => this.#shown(message, member, body));
  }

  /** What the client makes of the answer to a button. */
  #shown(message: Message, member: Member, body: unknown): ActResult {
    const answer = invokeAnswer.safeParse(body);
    if (!answer.success) return { ok: false, error: CLIENT_ERROR };
    const { type, value } = answer.data;
    if (type === 'application/vnd.microsoft.activity.message') return { ok: true };
    if (type !== 'application/vnd.microsoft.card.adaptive') return { ok: false, error: CLIENT_ERROR };
    const problems = problemsOf(value);
    if (problems.length > 0) return { ok: false, error: `${CLIENT_ERROR} (${problems.join('; ')})` };
    this.#chat.show(message, member.person.id, value);
    this.#changed();
    return { ok: true };
  }

  #offered({ name, text }: { name: string; text: string }): Record<string, unknown> {
    const id = randomUUID();
    this.#files.set(id, text);
    return {
      contentType: 'application/vnd.microsoft.teams.file.download.info',
      name,
      contentUrl: `${this.#server.origin}/files/${id}`,
      content: {
        downloadUrl: `${this.#server.origin}/files/${id}`,
        uniqueId: id,
        fileType: name.split('.').at(-1),
      },
    };
  }

  #activity(
    member: Member,
    conversation: string,
    what: Readonly<Record<string, unknown>>,
  ): Record<string, unknown> {
    const { tenantId } = this.#options;
    const conversationType = conversation === member.direct ? 'personal' : 'channel';
    return {
      channelId: 'msteams',
      serviceUrl: this.#server.origin,
      timestamp: new Date().toISOString(),
      localTimezone: member.person.zone,
      locale: 'en-GB',
      from: { id: member.id, name: member.person.name, aadObjectId: member.aadObjectId },
      recipient: this.#chat.bot,
      conversation: { id: conversation, conversationType, tenantId, isGroup: conversationType === 'channel' },
      channelData: { tenant: { id: tenantId } },
      ...what,
    };
  }

  async #deliver(
    activity: Record<string, unknown>,
    shown?: (body: unknown) => ActResult,
  ): Promise<ActResult> {
    const what = String(activity['name'] ?? activity['type']);
    if (this.#endpoint === null) return { ok: false, error: 'Octopus is not connected.' };
    this.#record('to-octopus', what, activity, null);
    try {
      const response = await fetch(this.#endpoint, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${this.token()}` },
        body: JSON.stringify(activity),
        signal: AbortSignal.timeout(this.#options.pressMsMax ?? 15_000),
      });
      const text = await response.text();
      if (!response.ok) {
        this.#record('from-octopus', `${what}: answered ${response.status}`, text, null);
        return { ok: false, error: CLIENT_ERROR };
      }
      if (shown === undefined) return { ok: true };
      const body: unknown = JSON.parse(text);
      this.#record('from-octopus', `${what}: answer`, body, null);
      return shown(body);
    } catch (error) {
      this.#record('from-octopus', `${what}: no answer`, String(error), null);
      return { ok: false, error: CLIENT_ERROR };
    }
  }

  // What the bot does.

  #serve(request: Request): Response {
    const { method, url, body } = request;
    const path = url.pathname;
    if (path === '/openid') {
      return { status: 200, body: { issuer: ISSUER, jwks_uri: `${this.#server.origin}/keys` } };
    }
    if (path === '/keys') return { status: 200, body: { keys: [this.#key.jwk()] } };
    if (path.startsWith('/files/')) {
      const file = this.#files.get(path.slice('/files/'.length));
      return file === undefined ? { status: 404 } : { status: 200, body: file };
    }
    const what = `${method} ${decodeURIComponent(path)}${url.search}`;
    try {
      const response = this.#connector.serve(request);
      this.#record('from-octopus', what, body, null);
      return response;
    } catch (error) {
      this.#record('from-octopus', what, body, error instanceof Refusal ? error.code : String(error));
      throw error;
    }
  }

  #record(direction: Exchange['direction'], what: string, body: unknown, refused: string | null): void {
    this.#traffic.push({ at: this.#now(), direction, what, body, refused });
    if (this.#traffic.length > TRAFFIC_MAX) this.#traffic.shift();
    this.#changed();
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}

const invokeAnswer = z.looseObject({
  statusCode: z.literal(200),
  type: z.string(),
  value: z.unknown().optional(),
});
