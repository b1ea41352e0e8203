import { randomUUID } from 'node:crypto';
import type { ActResult, Exchange, Loopback, Pane, PaneAction, PlaygroundUser } from '../loopback.ts';
import { SlackClient } from './client.ts';
import { ACKNOWLEDGE_MS, HttpDelivery, SocketDelivery } from './delivery.ts';
import { Dispatcher } from './dispatcher.ts';
import { RateLimits, ResponseUrls, Triggers, type Now } from './limits.ts';
import { SlackServer } from './server.ts';
import { Traffic } from './traffic.ts';
import { SCOPES, WebApi } from './web-api.ts';
import { Workspace, type Member } from './workspace.ts';

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
  /** How long the bot may take to acknowledge, in real milliseconds; Slack's three seconds when left out. */
  readonly acknowledgeMs?: number;
}

/**
 * Slack on 127.0.0.1: Web API, Socket Mode, response URLs and files for the bot; panes and actions for people. A reply
 * in a thread is said in the place `#lab/<message id>`.
 */
export class SlackLoopback implements Loopback {
  readonly platform = 'slack';
  readonly tokens: { readonly bot: string; readonly app: string };
  readonly #workspace: Workspace;
  readonly #traffic: Traffic;
  readonly #acknowledgeMs: number;
  readonly #sockets: SocketDelivery;
  readonly #dispatcher: Dispatcher;
  readonly #server: SlackServer;
  readonly #client: SlackClient;

  constructor(options: SlackLoopbackOptions) {
    const realNow = options.realNow ?? Date.now;
    const now = options.now ?? (() => Math.floor(realNow() / 1000));
    const triggers = new Triggers(realNow);
    const responseUrls = new ResponseUrls(realNow);
    this.#acknowledgeMs = options.acknowledgeMs ?? ACKNOWLEDGE_MS;
    this.#sockets = new SocketDelivery(this.#acknowledgeMs);
    this.tokens = options.tokens ?? { bot: `xoxb-${randomUUID()}`, app: `xapp-${randomUUID()}` };
    this.#workspace = new Workspace(options.users, options.channels ?? [{ place: '#lab', hasBot: true }], {
      shown: now,
      real: realNow,
    });
    this.#traffic = new Traffic(now);
    this.#dispatcher = new Dispatcher(this.#sockets, this.#traffic);
    this.#server = new SlackServer({
      api: new WebApi({
        workspace: this.#workspace,
        triggers,
        responseUrls,
        rateLimits: options.limits === 'lenient' ? null : new RateLimits(realNow),
        tokens: this.tokens,
        scopes: options.scopes ?? SCOPES,
        socketUrl: () => this.#server.ticket(),
      }),
      traffic: this.#traffic,
      files: this.#workspace.files,
      botToken: this.tokens.bot,
      welcome: (socket) => this.#sockets.welcome(socket),
    });
    this.#client = new SlackClient({
      workspace: this.#workspace,
      triggers,
      responseUrls,
      deliver: (envelope) => this.#dispatcher.deliver(envelope),
      origin: () => this.#server.origin,
      changed: () => this.#traffic.changed(),
      realNow,
    });
  }

  /** For the adapter: where the Web API is. */
  get apiUrl(): string {
    return `${this.#server.origin}/api/`;
  }

  /** Sockets that take envelopes just now. */
  get connections(): number {
    return this.#sockets.connections;
  }

  async start(): Promise<void> {
    await this.#server.start();
    this.#dispatcher.start();
  }

  /** The same port is taken again by another `start`. */
  async stop(): Promise<void> {
    this.#dispatcher.stop();
    this.#sockets.cut();
    await this.#server.stop();
  }

  /** From here on deliveries are signed requests to this address instead of Socket Mode. */
  deliverTo(url: string, signingSecret: string): void {
    this.#dispatcher.way = new HttpDelivery(url, signingSecret, this.#acknowledgeMs);
  }

  /** What Slack does every few hours. */
  refreshConnections(): void {
    this.#sockets.refresh();
  }

  pane(user: string): Pane {
    return this.#workspace.pane(this.#member(user));
  }

  act(user: string, action: PaneAction): Promise<ActResult> {
    return this.#client.act(this.#member(user), action);
  }

  onChange(listener: () => void): () => void {
    return this.#traffic.onChange(listener);
  }

  traffic(): readonly Exchange[] {
    return this.#traffic.exchanges;
  }

  #member(user: string): Member {
    const member = this.#workspace.member(user);
    if (member === undefined) throw new RangeError(`nobody in the playground's Slack is called ${user}`);
    return member;
  }
}
