import type { IncomingMessage, ServerResponse } from 'node:http';

const bodyBytesMax = 2_000_000;

/** Something that the person or their browser did wrong, in a sentence for them. */
export class Trouble extends Error {
  readonly status: number;
  constructor(status: number, sentence: string) {
    super(sentence);
    this.status = status;
  }
}

/** What every answer carries: the page runs its own scripts and styles only, and nobody else gets to use it. */
export const headers = {
  'Content-Security-Policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    // HTML is made in one place, for the text of Adaptive Cards, out of escaped nodes; the library brings its own names.
    "require-trusted-types-for 'script'",
    'trusted-types adaptivecards#markdownPassthroughPolicy adaptivecards#restoreContentsPolicy adaptivecards#deprecatedExportedFunctionPolicy',
  ].join('; '),
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  // The link's token is in an address: it must not travel on.
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'Cache-Control': 'no-store',
};

/** The body of a request, as JSON. Rejects with `Trouble`. */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  if (!/^application\/json\b/u.test(request.headers['content-type'] ?? ''))
    throw new Trouble(415, 'An action has to be sent as JSON.');
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > bodyBytesMax)
      throw new Trouble(413, `This is too much at once: more than ${bodyBytesMax / 1_000_000} MB.`);
    parts.push(part);
  }
  try {
    return JSON.parse(Buffer.concat(parts).toString('utf8'));
  } catch {
    throw new Trouble(400, 'This is not JSON.');
  }
}

export function sendText(response: ServerResponse, status: number, sentence: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' }).end(`${sentence}\n`);
}

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  if (response.headersSent) return void response.end();
  response.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));
}
