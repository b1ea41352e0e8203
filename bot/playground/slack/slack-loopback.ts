import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { randomUUID } from 'node:crypto';
import { WebSocketServer } from 'ws';
import { unreachable } from '../../../policies/model.ts';
import type { ActResult, Exchange, Loopback, Pane, PaneAction, PlaygroundUser } from '../loopback.ts';
import { HttpDelivery, NotAcknowledged, SocketDelivery, type Delivery, type Envelope } from './delivery.ts';
import { RateLimits, ResponseUrls, Triggers, type Now } from './limits.ts';
import {
  buttonPress,
  filePayload,
  messageEvent,
  slashCommand,
  viewSubmission,
  type Place,
} from './payloads.ts';
import { ApiRefusal, messageContent, SCOPES, viewContent, WebApi } from './web-api.ts';
import { BOT_USER, Workspace, type Member, type View } from './workspace.ts';

const EXCHANGES_MAX = 500;
const BODY_BYTES_MAX = 4 * 1024 * 1024;
/** Slack repeats an event that nobody acknowledged: at once, after a minute, after five. */
const RETRIES_MS = [0, 60_000, 300_000];

export interface SlackLoopbackOptions {
  readonly users: readonly PlaygroundUser[];
  /** Besides the direct messages of each user; `#lab`, with the bot in it, when left out. */
  readonly channels?: readonly { readonly place: string; readonly hasBot: boolean }[];
  /** `lenient`: no rate tiers. Sizes, counts and deadlines are always Slack's. */
  readonly limits?: 'strict' | 'lenient';
  readonly tokens?: { readonly bot: string; readonly app: string };
  /** What the bot token may do; everything that the manifest asks for when left out. */
  readonly scopes?: readonly string[];
  /** The playground's clock in seconds, for what the page shows beside messages. */
  readonly now?: () => number;
  /** Real milliseconds, for time stamps, triggers, response URLs and rates. */
  readonly realNow?: Now;
}

/**
 * Slack on 127.0.0.1: Web API, Socket Mode, response URLs and files for the bot; panes and actions for people. A reply
 * in a thread is said in the place `#lab/<message id>`.
 */
export class SlackLoopback implements Loopback {
  readonly platform = 'slack';
  readonly tokens: { readonly bot: string; readonly app: string };
  readonly #now: () => number;
  readonly #realNow: Now;
  readonly #workspace: Workspace;
  readonly #triggers: Triggers;
  readonly #responseUrls: ResponseUrls;
  readonly #api: WebApi;
  readonly #sockets = new SocketDelivery();
  readonly #tickets = new Set<string>();
  readonly #listeners = new Set<() => void>();
  readonly #exchanges: Exchange[] = [];
  readonly #retries = new Set<NodeJS.Timeout>();
  readonly #server: Server;
  readonly #socketServer = new WebSocketServer({ noServer: true });
  #delivery: Delivery = this.#sockets;
  #port = 0;

  constructor(options: SlackLoopbackOptions) {
    this.#realNow = options.realNow ?? Date.now;
    this.#now = options.now ?? (() => Math.floor(this.#realNow() / 1000));
    this.tokens = options.tokens ?? { bot: `xoxb-${randomUUID()}`, app: `xapp-${randomUUID()}` };
    this.#workspace = new Workspace(options.users, options.channels ?? [{ place: '#lab', hasBot: true }], {
      shown: this.#now,
      real: this.#realNow,
    });
    this.#triggers = new Triggers(this.#realNow);
    this.#responseUrls = new ResponseUrls(this.#realNow);
    this.#api = new WebApi({
      workspace: this.#workspace,
      triggers: this.#triggers,
      responseUrls: this.#responseUrls,
      rateLimits: options.limits === 'lenient' ? null : new RateLimits(this.#realNow),
      tokens: this.tokens,
      scopes: options.scopes ?? SCOPES,
      socketUrl: () => this.#ticket(),
    });
    this.#server = createServer((request, response) => void this.#serve(request, response));
    this.#server.on('upgrade', (request, socket, head) => {
      const ticket = new URL(request.url ?? '/', 'http://loopback').searchParams.get('ticket') ?? '';
      if (!this.#tickets.delete(ticket)) {
        socket.end('HTTP/1.1 401 Unauthorized\r\n\r\n', () => socket.destroy());
        return;
      }
      this.#socketServer.handleUpgrade(request, socket, head, (open) => this.#sockets.welcome(open));
    });
  }

  /** For the adapter: where the Web API is. */
  get apiUrl(): string {
    return `http://127.0.0.1:${this.#port}/api/`;
  }

  /** Sockets that take envelopes just now. */
  get connections(): number {
    return this.#sockets.connections;
  }

  async start(): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#server.once('error', reject);
    this.#server.listen(this.#port, '127.0.0.1', resolve);
    await promise;
    const address = this.#server.address();
    if (typeof address === 'object' && address !== null) this.#port = address.port;
  }

  /** The same port is taken again by another `start`. */
  async stop(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.close(() => resolve());
    this.#server.closeAllConnections();
    this.#sockets.cut();
    await promise;
    for (const retry of this.#retries) clearTimeout(retry);
    this.#retries.clear();
  }

  /** From here on deliveries are signed requests to this address instead of Socket Mode. */
  deliverTo(url: string, signingSecret: string): void {
    this.#delivery = new HttpDelivery(url, signingSecret);
  }

  /** What Slack does every few hours. */
  refreshConnections(): void {
    this.#sockets.refresh();
  }

  pane(user: string): Pane {
    return this.#workspace.pane(this.#member(user));
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  traffic(): readonly Exchange[] {
    return this.#exchanges;
  }

  async act(user: string, action: PaneAction): Promise<ActResult> {
    const member = this.#member(user);
    try {
      switch (action.kind) {
        case 'say':
          return await this.#say(member, action);
        case 'press':
          return await this.#press(member, action);
        case 'submit':
          return await this.#submit(member, action.values);
        case 'cancel':
          this.#workspace.closeView(member.id);
          return { ok: true };
        default:
          return unreachable(action);
      }
    } catch (error) {
      if (!(error instanceof NotAcknowledged || error instanceof ApiRefusal)) throw error;
      return { ok: false, error: error.message };
    } finally {
      this.#changed();
    }
  }

  async #say(member: Member, { place, text, files = [] }: PaneAction & { kind: 'say' }): Promise<ActResult> {
    const [root = '', thread] = place.split('/', 2);
    const where = this.#place(member, root);
    if (where === undefined) return { ok: false, error: 'channel_not_found' };
    if (/^\/\w/.test(text)) {
      // Slack's own client refuses these two: commands take no files, and do not work in threads.
      if (files.length > 0 || thread !== undefined) return { ok: false, error: 'not_supported' };
      return this.#command(member, where, text);
    }
    const message = this.#workspace.add({ channel: where.id, author: member.id, text: asSent(text), thread });
    const kept = files.map((file) => this.#workspace.keepFile(file.name, Buffer.from(file.text, 'utf8')));
    this.#changed();
    const isDirect = where.id === member.direct;
    const isForBot = isDirect || (this.#hasBot(where) && message.text.includes(`<@${BOT_USER}>`));
    if (isForBot) {
      const attached = kept.map((file) =>
        filePayload(file, member, `http://127.0.0.1:${this.#port}/files/${file.id}`),
      );
      await this.#deliver({ kind: 'events_api', payload: messageEvent(message, member, isDirect, attached) });
    }
    return { ok: true };
  }

  async #command(member: Member, where: Place, said: string): Promise<ActResult> {
    const [, name = '', text = ''] = /^(\/\S+)\s*([\s\S]*)$/.exec(said) ?? [];
    if (name !== '/vm') return { ok: false, error: 'unknown_command' };
    const payload = slashCommand(member, where, {
      text: asSent(text),
      trigger: this.#triggers.issue(member.id),
      responseUrl: this.#responseUrl(where.id, member, undefined, null),
    });
    try {
      const answer = await this.#deliver({ kind: 'slash_commands', payload });
      if (answer['text'] !== undefined || answer['blocks'] !== undefined)
        this.#workspace.add({
          channel: where.id,
          author: BOT_USER,
          onlyFor: member.id,
          ...messageContent(answer),
        });
      return { ok: true };
    } catch (error) {
      if (error instanceof NotAcknowledged)
        this.#workspace.add({
          channel: where.id,
          author: 'slackbot',
          onlyFor: member.id,
          text: `/vm failed with the error "${error.message}"`,
        });
      throw error;
    }
  }

  async #press(member: Member, action: PaneAction & { kind: 'press' }): Promise<ActResult> {
    const message = this.#workspace.messages.find(
      ({ ts, channel, onlyFor }) =>
        ts === action.message && this.#sees(member, channel) && (onlyFor === null || onlyFor === member.id),
    );
    if (message === undefined) return { ok: false, error: 'message_not_found' };
    const found = elementOf(message.blocks ?? [], action.action);
    const where = this.#workspace.channels.find(({ id }) => id === message.channel);
    if (found === undefined) return { ok: false, error: 'action_not_found' };
    await this.#deliver({
      kind: 'interactive',
      payload: buttonPress(
        member,
        where === undefined
          ? { id: message.channel, name: 'directmessage' }
          : { id: where.id, name: where.place.slice(1) },
        message,
        found.element,
        {
          blockId: found.blockId,
          trigger: this.#triggers.issue(member.id),
          responseUrl: this.#responseUrl(message.channel, member, message.thread, message.ts),
          at: this.#realNow(),
        },
      ),
    });
    return { ok: true };
  }

  async #submit(member: Member, values: Readonly<Record<string, string>>): Promise<ActResult> {
    const view = this.#workspace.viewOf(member.id);
    if (view === undefined) return { ok: false, error: 'view_not_found' };
    const missing = Object.fromEntries(
      inputs(view)
        .filter((block) => block['optional'] !== true && (values[block.block_id] ?? '') === '')
        .map((block) => [block.block_id, 'Please complete this required field.']),
    );
    if (Object.keys(missing).length > 0) return { ok: false, problems: missing };
    const answer = await this.#deliver({
      kind: 'interactive',
      payload: viewSubmission(member, view, viewValues(view, values), this.#triggers.issue(member.id)),
    });
    switch (answer['response_action']) {
      case 'errors': {
        const problems = answer['errors'] as Record<string, string>;
        const known = new Set(inputs(view).map((block) => block.block_id));
        const isTaken =
          Object.keys(problems).length > 0 && Object.keys(problems).every((id) => known.has(id));
        return isTaken ? { ok: false, problems } : { ok: false, error: 'invalid_response_action' };
      }
      case 'update':
        this.#workspace.rewriteView(view, viewContent(answer));
        return { ok: true };
      default:
        this.#workspace.closeView(member.id);
        return { ok: true };
    }
  }

  async #deliver(envelope: Envelope): Promise<Record<string, unknown>> {
    this.#note('to-octopus', envelope.kind, envelope.payload, null);
    try {
      const answer = await this.#delivery.deliver(envelope);
      this.#note('from-octopus', 'acknowledgement', answer, null);
      return answer;
    } catch (error) {
      if (!(error instanceof NotAcknowledged)) throw error;
      this.#note('from-octopus', 'acknowledgement', null, error.message);
      if (envelope.kind === 'events_api') this.#retry(envelope);
      throw error;
    }
  }

  #retry(envelope: Envelope): void {
    const waitMs = RETRIES_MS[envelope.retry ?? 0];
    if (waitMs === undefined || !this.#server.listening) return;
    const timer = setTimeout(() => {
      this.#retries.delete(timer);
      // A failure is noted in the traffic, and leads to the next try.
      this.#deliver({ ...envelope, retry: (envelope.retry ?? 0) + 1 }).catch((error: unknown) => {
        if (!(error instanceof NotAcknowledged)) throw error;
      });
    }, waitMs);
    this.#retries.add(timer.unref());
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', 'http://loopback');
    const [, area = '', name = ''] = pathname.split('/');
    try {
      const body = await bodyOf(request);
      if (area === 'files') this.#serveFile(name, bearer(request), response);
      else if (request.method !== 'POST') respondJson(response, 404, { ok: false, error: 'not_found' });
      else if (area === 'response') this.#serveResponse(name, argumentsOf(request, body), response);
      else if (area === 'api') this.#serveMethod(name, argumentsOf(request, body), bearer(request), response);
      else respondJson(response, 404, { ok: false, error: 'not_found' });
    } catch (error) {
      const code = error instanceof SyntaxError ? 'invalid_json' : 'request_failed';
      respondJson(response, code === 'invalid_json' ? 200 : 500, { ok: false, error: code });
      if (!(error instanceof SyntaxError)) this.#note('from-octopus', pathname, null, String(error));
    }
  }

  #serveMethod(
    method: string,
    given: Record<string, unknown>,
    token: string | null,
    response: ServerResponse,
  ): void {
    const { token: inBody, ...rest } = given;
    const wait = this.#api.limited(method, rest);
    if (wait !== null) {
      this.#note('from-octopus', method, rest, 'ratelimited');
      response.setHeader('retry-after', String(wait));
      respondJson(response, 429, { ok: false, error: 'ratelimited' });
      return;
    }
    try {
      const answer = this.#api.call(method, token ?? (typeof inBody === 'string' ? inBody : null), rest);
      this.#note('from-octopus', method, rest, null);
      respondJson(response, 200, { ok: true, ...answer });
    } catch (error) {
      if (!(error instanceof ApiRefusal)) throw error;
      this.#note('from-octopus', method, rest, error.code);
      respondJson(response, 200, {
        ok: false,
        error: error.code,
        ...(error.details.length === 0
          ? {}
          : { errors: error.details, response_metadata: { messages: error.details } }),
      });
    }
  }

  #serveResponse(id: string, given: Record<string, unknown>, response: ServerResponse): void {
    try {
      this.#api.respond(id, given);
      this.#note('from-octopus', 'response_url', given, null);
      respondJson(response, 200, { ok: true });
    } catch (error) {
      if (!(error instanceof ApiRefusal)) throw error;
      this.#note('from-octopus', 'response_url', given, error.code);
      const status = error.code.endsWith('_url') ? 404 : 400;
      respondJson(response, status, { ok: false, error: error.code });
    }
  }

  /** Slack answers a wrong token with its sign-in page. */
  #serveFile(id: string, token: string | null, response: ServerResponse): void {
    const file = this.#workspace.files.get(id);
    if (token !== this.tokens.bot) response.writeHead(302, { location: '/sign-in' }).end();
    else if (file === undefined) respondJson(response, 404, { ok: false, error: 'file_not_found' });
    else response.writeHead(200, { 'content-type': 'text/plain' }).end(file.bytes);
  }

  #member(user: string): Member {
    const member = this.#workspace.member(user);
    if (member === undefined) throw new RangeError(`nobody in the playground's Slack is called ${user}`);
    return member;
  }

  #place(member: Member, place: string): Place | undefined {
    if (place === 'direct') return { id: member.direct, name: 'directmessage' };
    const channel = this.#workspace.channels.find((one) => one.place === place);
    return channel === undefined ? undefined : { id: channel.id, name: channel.place.slice(1) };
  }

  #sees(member: Member, channel: string): boolean {
    return channel === member.direct || this.#workspace.channels.some(({ id }) => id === channel);
  }

  #hasBot(where: Place): boolean {
    return this.#workspace.channels.some(({ id, hasBot }) => id === where.id && hasBot);
  }

  #responseUrl(channel: string, member: Member, thread: string | undefined, original: string | null): string {
    const id = this.#responseUrls.issue({ channel, user: member.id, thread, original });
    return `http://127.0.0.1:${this.#port}/response/${id}`;
  }

  #ticket(): string {
    const ticket = randomUUID();
    this.#tickets.add(ticket);
    return `ws://127.0.0.1:${this.#port}/link?ticket=${ticket}`;
  }

  #note(direction: Exchange['direction'], what: string, body: unknown, refused: string | null): void {
    this.#exchanges.push({ at: this.#now(), direction, what, body, refused });
    if (this.#exchanges.length > EXCHANGES_MAX) this.#exchanges.shift();
    this.#changed();
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** As Slack's client sends it: markup characters as entities, the bot's name as a mention. */
function asSent(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/@octopus\b/gi, `<@${BOT_USER}>`);
}

function elementOf(
  blocks: readonly Record<string, unknown>[],
  action: string,
): { element: Record<string, unknown>; blockId: string } | undefined {
  for (const block of blocks) {
    const elements = Array.isArray(block['elements']) ? (block['elements'] as Record<string, unknown>[]) : [];
    const element = [...elements, block['accessory'] as Record<string, unknown> | undefined].find(
      (one) => one?.['action_id'] === action,
    );
    if (element !== undefined) return { element, blockId: String(block['block_id']) };
  }
  return undefined;
}

function inputs(view: View): View['content']['blocks'] {
  return view.content.blocks.filter(({ type }) => type === 'input');
}

/** `view.state.values` of a submission: by block, by action, in the form of the element. */
function viewValues(
  view: View,
  values: Readonly<Record<string, string>>,
): Record<string, Record<string, unknown>> {
  return Object.fromEntries(
    inputs(view).map((block) => {
      const element = block['element'] as Record<string, unknown>;
      const value = values[block.block_id] ?? '';
      const options = Array.isArray(element['options'])
        ? (element['options'] as Record<string, unknown>[])
        : [];
      const state =
        element['type'] === 'static_select'
          ? {
              type: 'static_select',
              selected_option: options.find((option) => option['value'] === value) ?? null,
            }
          : { type: 'plain_text_input', value: value === '' ? null : value };
      return [block.block_id, { [String(element['action_id'])]: state }];
    }),
  );
}

function bearer(request: IncomingMessage): string | null {
  return /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1] ?? null;
}

/** Form fields that hold JSON, as the libraries send blocks and views, are read; JSON bodies are taken as they are. */
function argumentsOf(request: IncomingMessage, body: string): Record<string, unknown> {
  if ((request.headers['content-type'] ?? '').startsWith('application/json'))
    return JSON.parse(body === '' ? '{}' : body) as Record<string, unknown>;
  return Object.fromEntries(
    [...new URLSearchParams(body)].map(([name, value]) => [
      name,
      name === 'blocks' || name === 'view' ? (JSON.parse(value) as unknown) : value,
    ]),
  );
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > BODY_BYTES_MAX) throw new RangeError('a request of more than 4 MB');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function respondJson(response: ServerResponse, status: number, body: Record<string, unknown>): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));
}
