import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const PATH = '/api/messages';
/** Teams sends nothing larger than its own limit of 100 KB for a message, and some wrapping. */
const BODY_BYTES_MAX = 256 * 1024;

export interface Answer {
  readonly status: number;
  readonly body?: unknown;
}

export interface ListenerOptions {
  readonly host: string;
  readonly port: number;
  /** Given the request's Authorization header (empty without one) and its JSON. What it throws becomes a bare 500. */
  readonly answer: (authorization: string, body: unknown) => Promise<Answer>;
  readonly log: (line: string) => void;
}

/** The door: one path, one method, bounded JSON. Whatever else comes is turned away without a word about what is inside. */
export class Listener {
  readonly #options: ListenerOptions;
  readonly #server: Server;

  constructor(options: ListenerOptions) {
    this.#options = options;
    this.#server = createServer((request, response) => void this.#serve(request, response));
    this.#server.requestTimeout = 20_000;
  }

  /** Resolves with the port once it listens; rejects when it cannot. */
  start(): Promise<number> {
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    this.#server.once('error', reject);
    this.#server.listen(this.#options.port, this.#options.host, () => {
      this.#server.off('error', reject);
      resolve((this.#server.address() as AddressInfo).port);
    });
    return promise;
  }

  async stop(): Promise<void> {
    const closed = Promise.withResolvers<void>();
    this.#server.close(() => closed.resolve());
    this.#server.closeIdleConnections();
    // Whoever has not finished their request by then is cut off.
    setTimeout(() => this.#server.closeAllConnections(), 2_000).unref();
    await closed.promise;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { status, body } = await this.#answer(request).catch((error: unknown): Answer => {
      this.#options.log(`teams: a request could not be answered: ${String(error)}`);
      return { status: 500 };
    });
    if (status === 405) response.setHeader('allow', 'POST');
    const text = body === undefined ? '' : JSON.stringify(body);
    if (text !== '') response.setHeader('content-type', 'application/json; charset=utf-8');
    response.setHeader('content-length', Buffer.byteLength(text, 'utf8'));
    response.writeHead(status).end(text);
    // What is left of a body that is too large runs off unread, until the server's time for a request is over.
    request.resume();
  }

  async #answer(request: IncomingMessage): Promise<Answer> {
    if (new URL(request.url ?? '/', 'http://localhost').pathname !== PATH) return { status: 404 };
    if (request.method !== 'POST') return { status: 405 };
    const text = await readBody(request);
    if (text === null) return { status: 413 };
    const body = parsed(text);
    if (body === undefined) return { status: 400 };
    return this.#options.answer(request.headers.authorization ?? '', body);
  }
}

/** The whole body, or null when it is larger than what is read. */
async function readBody(request: IncomingMessage): Promise<string | null> {
  if (Number(request.headers['content-length'] ?? 0) > BODY_BYTES_MAX) return null;
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > BODY_BYTES_MAX) return null;
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
