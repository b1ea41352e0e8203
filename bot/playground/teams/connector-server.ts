import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the connector says no with: the vendor's status and error code. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;
  readonly code: string;
  readonly retryAfter: number | null;
  constructor(status: number, code: string, message: string, retryAfter: number | null = null) {
    super(message);
    this.status = status;
    this.code = code;
    this.retryAfter = retryAfter;
  }
}

export interface Request {
  readonly method: string;
  readonly url: URL;
  readonly authorization: string;
  /** The body's JSON; null for none. */
  readonly body: unknown;
  /** Bytes of the body. */
  readonly size: number;
}

/** Text is sent as a file, anything else as JSON; undefined has no body. */
export interface Response {
  readonly status: number;
  readonly body?: unknown;
}

/** Bodies beyond this are not even read: ten times the vendor's limit. */
const BODY_BYTES_MAX = 1_000_000;

/** A JSON server on 127.0.0.1, without a word about what it serves. */
export class LoopbackServer {
  readonly #server: Server;
  #origin = '';

  constructor(serve: (request: Request) => Promise<Response> | Response) {
    this.#server = createServer((request, response) => {
      void answer(request, response, serve);
    });
  }

  /** `http://127.0.0.1:PORT`, once started. */
  get origin(): string {
    return this.#origin;
  }

  start(): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#server.once('error', reject);
    this.#server.listen(0, '127.0.0.1', () => {
      this.#server.off('error', reject);
      this.#origin = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
      resolve();
    });
    return promise;
  }

  async stop(): Promise<void> {
    const closed = Promise.withResolvers<void>();
    this.#server.close(() => closed.resolve());
    this.#server.closeAllConnections();
    await closed.promise;
  }
}

async function answer(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  serve: (request: Request) => Promise<Response> | Response,
): Promise<void> {
  try {
    const text = await textOf(incoming);
    const { status, body } = await serve({
      method: incoming.method ?? 'GET',
      url: new URL(incoming.url ?? '/', 'http://127.0.0.1'),
      authorization: incoming.headers.authorization ?? '',
      body: text === '' ? null : parsed(text),
      size: Buffer.byteLength(text, 'utf8'),
    });
    const isFile = typeof body === 'string';
    outgoing.setHeader(
      'content-type',
      isFile ? 'text/plain; charset=utf-8' : 'application/json; charset=utf-8',
    );
    outgoing.writeHead(status).end(isFile ? body : body === undefined ? '' : JSON.stringify(body));
  } catch (error) {
    const refusal = error instanceof Refusal ? error : new Refusal(500, 'ServiceError', String(error));
    if (refusal.retryAfter !== null) outgoing.setHeader('retry-after', String(refusal.retryAfter));
    outgoing.setHeader('content-type', 'application/json; charset=utf-8');
    const { code, message } = refusal;
    outgoing.writeHead(refusal.status).end(JSON.stringify({ error: { code, message } }));
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > BODY_BYTES_MAX) throw new Refusal(413, 'MessageSizeTooBig', 'Message size too large.');
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) throw new Refusal(400, 'BadSyntax', 'The body is not JSON.');
    throw error;
  }
}
