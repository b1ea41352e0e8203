import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Traffic } from './traffic.ts';
import { ApiRefusal, type WebApi } from './web-api.ts';
import type { StoredFile } from './workspace.ts';

const BODY_BYTES_MAX = 4 * 1024 * 1024;

export interface ServerParts {
  readonly api: WebApi;
  readonly traffic: Traffic;
  readonly files: ReadonlyMap<string, StoredFile>;
  readonly botToken: string;
  /** Takes a socket that has shown its ticket. */
  readonly welcome: (socket: WebSocket) => void;
}

/** What the bot speaks to: `/api/<method>`, `/response/<id>`, `/files/<id>`, and the socket at `/link`. */
export class SlackServer {
  readonly #parts: ServerParts;
  readonly #tickets = new Set<string>();
  readonly #server: Server;
  readonly #sockets = new WebSocketServer({ noServer: true });
  #port = 0;

  constructor(parts: ServerParts) {
    this.#parts = parts;
    this.#server = createServer((request, response) => void this.#serve(request, response));
    this.#server.on('upgrade', (request, socket, head) => {
      const ticket = new URL(request.url ?? '/', 'http://loopback').searchParams.get('ticket') ?? '';
      if (!this.#tickets.delete(ticket)) {
        socket.end('HTTP/1.1 401 Unauthorized\r\n\r\n', () => socket.destroy());
        return;
      }
      this.#sockets.handleUpgrade(request, socket, head, parts.welcome);
    });
  }

  /** `http://127.0.0.1:<port>`. */
  get origin(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Takes any free port, and the same again after a stop. */
  async start(): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#server.once('error', reject);
    this.#server.listen(this.#port, '127.0.0.1', resolve);
    await promise;
    const address = this.#server.address();
    if (typeof address === 'object' && address !== null) this.#port = address.port;
  }

  async stop(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.close(() => resolve());
    this.#server.closeAllConnections();
    await promise;
  }

  /** An address for one socket. */
  ticket(): string {
    const ticket = randomUUID();
    this.#tickets.add(ticket);
    return `ws://127.0.0.1:${this.#port}/link?ticket=${ticket}`;
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
      if (!(error instanceof SyntaxError))
        this.#parts.traffic.note('from-octopus', pathname, null, String(error));
    }
  }

  #serveMethod(
    method: string,
    given: Record<string, unknown>,
    token: string | null,
    response: ServerResponse,
  ): void {
    const { token: inBody, ...rest } = given;
    const wait = this.#parts.api.limited(method, rest);
    if (wait !== null) {
      this.#parts.traffic.note('from-octopus', method, rest, 'ratelimited');
      response.setHeader('retry-after', String(wait));
      respondJson(response, 429, { ok: false, error: 'ratelimited' });
      return;
    }
    try {
      const answer = this.#parts.api.call(
        method,
        token ?? (typeof inBody === 'string' ? inBody : null),
        rest,
      );
      this.#parts.traffic.note('from-octopus', method, rest, null);
      respondJson(response, 200, { ok: true, ...answer });
    } catch (error) {
      if (!(error instanceof ApiRefusal)) throw error;
      this.#parts.traffic.note('from-octopus', method, rest, error.code);
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
      this.#parts.api.respond(id, given);
      this.#parts.traffic.note('from-octopus', 'response_url', given, null);
      respondJson(response, 200, { ok: true });
    } catch (error) {
      if (!(error instanceof ApiRefusal)) throw error;
      this.#parts.traffic.note('from-octopus', 'response_url', given, error.code);
      const status = error.code.endsWith('_url') ? 404 : 400;
      respondJson(response, status, { ok: false, error: error.code });
    }
  }

  /** Slack answers a wrong token with its sign-in page. */
  #serveFile(id: string, token: string | null, response: ServerResponse): void {
    const file = this.#parts.files.get(id);
    if (token !== this.#parts.botToken) response.writeHead(302, { location: '/sign-in' }).end();
    else if (file === undefined) respondJson(response, 404, { ok: false, error: 'file_not_found' });
    else response.writeHead(200, { 'content-type': 'text/plain' }).end(file.bytes);
  }
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
