import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { z } from 'zod';
import { actionSchema, advanceSchema, checked, type Action } from './actions.ts';
import { Feed } from './feed.ts';
import { pageFiles } from './files.ts';
import { Gate } from './gate.ts';
import { headers, readJson, sendJson, sendText, Trouble } from './http.ts';
import type { Exchange, Loopback, PlaygroundUser } from './loopback.ts';

export interface PlaygroundOptions {
  readonly slack: Loopback;
  readonly teams: Loopback;
  /** Who can be played, the one who is shown first at the head. */
  readonly users: readonly PlaygroundUser[];
  readonly clock: {
    /** Seconds since 1970. */
    now(): number;
    /** Resolves when everything that was due on the way has been dealt with. */
    advance(seconds: number): Promise<void>;
  };
  /** Hosts, machines and leases as `policies/model.ts` has them, for the picture of the cluster. */
  overview(): unknown;
  /** Absent: any free one. */
  readonly port?: number;
}

type Platform = Loopback['platform'];

/** An exchange with its place in the order in which both platforms saw them. */
interface NumberedExchange extends Exchange {
  readonly number: number;
  readonly platform: Platform;
}

const feedsMax = 32;
const trafficMax = 1000;
const glanceMs = 1000;

/**
 * The playground's web server: the page, its stream of changes, and what a person does on it. It listens on 127.0.0.1
 * only and answers nobody but the browser that has opened its link (see `gate.ts`).
 */
export class Playground {
  readonly #options: PlaygroundOptions;
  readonly #gate = new Gate();
  readonly #feeds = new Set<Feed>();
  readonly #server: Server;
  readonly #actions: z.ZodType<Action>;
  readonly #known = new WeakSet<Exchange>();
  readonly #quiet: (() => void)[] = [];
  #traffic: NumberedExchange[] = [];
  #numbers = 0;
  #glance: NodeJS.Timeout | null = null;
  #files: Awaited<ReturnType<typeof pageFiles>> = new Map();

  constructor(options: PlaygroundOptions) {
    this.#options = options;
    this.#actions = actionSchema(options.users);
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  /** Listens, and gives a link that opens the page once. Rejects when the port is taken. */
  async start(): Promise<{ url: string }> {
    this.#files = await pageFiles();
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(this.#options.port ?? 0, '127.0.0.1', resolve);
    });
    for (const loopback of [this.#options.slack, this.#options.teams]) {
      this.#number(loopback);
      this.#quiet.push(
        loopback.onChange(() => {
          this.#number(loopback);
          this.#wake();
        }),
      );
    }
    // The clock and the machines move without any message.
    this.#glance = setInterval(() => this.#wake(), glanceMs);
    return { url: this.link() };
  }

  /** Another link, for another browser; it works once. */
  link(): string {
    return `http://127.0.0.1:${this.#port()}/?token=${this.#gate.token()}`;
  }

  async stop(): Promise<void> {
    if (this.#glance !== null) clearInterval(this.#glance);
    for (const quiet of this.#quiet.splice(0)) quiet();
    for (const feed of this.#feeds) feed.close();
    if (!this.#server.listening) return;
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  #port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  #wake(): void {
    for (const feed of this.#feeds) feed.wake();
  }

  /** Gives the exchanges that are new their numbers. */
  #number(loopback: Loopback): void {
    const all = loopback.traffic();
    const first = all.findLastIndex((exchange) => this.#known.has(exchange)) + 1;
    for (const exchange of all.slice(first)) {
      this.#known.add(exchange);
      this.#traffic.push({ ...exchange, number: ++this.#numbers, platform: loopback.platform });
    }
    this.#traffic = this.#traffic.slice(-trafficMax);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    try {
      await this.#route(request, response);
    } catch (error) {
      if (!(error instanceof Trouble)) console.error('playground:', error);
      const status = error instanceof Trouble ? error.status : 500;
      sendJson(response, status, {
        ok: false,
        error: error instanceof Error ? error.message : String(error),
      });
    }
  }

  async #route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const refusal = this.#gate.refusal(request);
    if (refusal !== null) return sendText(response, refusal.status, refusal.sentence);

    const [address = '/', query = ''] = (request.url ?? '/').split('?', 2);
    const asked = new URLSearchParams(query);
    const token = asked.get('token');
    const cookie = `octopus-${this.#port()}`;
    const admitted = this.#gate.admits(request, cookie);
    if (address === '/' && token !== null) {
      const session = admitted ? null : this.#gate.redeem(token);
      if (!admitted && session === null)
        return sendText(
          response,
          403,
          'This link has been used already, or is not ours. Octopus prints a new one when it starts.',
        );
      if (session !== null)
        response.setHeader('Set-Cookie', `${cookie}=${session}; HttpOnly; SameSite=Strict; Path=/`);
      response.writeHead(303, { Location: '/' }).end();
      return;
    }
    if (!admitted)
      return sendText(response, 403, 'Open the playground by the link that Octopus printed when it started.');

    const path = `${request.method} ${address}`;
    if (path === 'GET /events') return this.#follow(asked.get('user'), response);
    if (path === 'GET /traffic') return this.#sendTraffic(asked.get('after'), response);
    if (path === 'GET /users') return sendJson(response, 200, this.#options.users);
    if (path === 'POST /act') return this.#act(await readJson(request), response);
    if (path === 'POST /clock') return this.#advance(await readJson(request), response);
    const file = request.method === 'GET' ? this.#files.get(address) : undefined;
    if (file === undefined) return sendText(response, 404, 'There is nothing here.');
    const { type, body } = await file();
    response.writeHead(200, { 'Content-Type': type }).end(body);
  }

  #follow(name: string | null, response: ServerResponse): void {
    const user = this.#options.users.find(({ id }) => id === name);
    if (user === undefined) throw new Trouble(400, `Nobody here is called "${(name ?? '').slice(0, 80)}".`);
    if (this.#feeds.size >= feedsMax) throw new Trouble(503, 'The playground is open in too many tabs.');
    const { slack, teams, clock } = this.#options;
    response.writeHead(200, { 'Content-Type': 'text/event-stream; charset=utf-8' });
    const feed = new Feed(response, () => ({
      now: clock.now(),
      panes: { slack: slack.pane(user.id), teams: teams.pane(user.id) },
      overview: this.#options.overview(),
      traffic: this.#numbers,
    }));
    this.#feeds.add(feed);
    response.on('close', () => {
      this.#feeds.delete(feed);
      feed.close();
    });
  }

  #sendTraffic(after: string | null, response: ServerResponse): void {
    const from = Number(after ?? 0);
    sendJson(
      response,
      200,
      this.#traffic.filter(({ number }) => number > from),
    );
  }

  async #act(body: unknown, response: ServerResponse): Promise<void> {
    const { user, platform, action } = checked(this.#actions, body);
    sendJson(response, 200, await this.#options[platform].act(user, action));
  }

  async #advance(body: unknown, response: ServerResponse): Promise<void> {
    const { seconds } = checked(advanceSchema, body);
    await this.#options.clock.advance(seconds);
    this.#wake();
    sendJson(response, 200, { ok: true, now: this.#options.clock.now() });
  }
}
