import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** Why a request may not pass; the sentence is shown to the person as it is. */
export interface Refusal {
  readonly status: 403;
  readonly sentence: string;
}

/**
 * Who may pass. The page acts for every user of the playground, so it answers only the browser that has opened a link
 * which this process printed: the link's token works once and is exchanged for a cookie that scripts cannot read.
 *
 * Other pages in the same browser are kept out by three checks, since any of them can send requests to 127.0.0.1: the
 * Host header has to be a loopback name (a name that was rebound to 127.0.0.1 is not one), a POST has to come from our
 * own origin, and whatever the browser marks as sent by another site is refused.
 */
export class Gate {
  readonly #tokens = new Set<string>();
  readonly #sessions = new Set<string>();

  /** A token for one link. */
  token(): string {
    const token = secret();
    this.#tokens.add(token);
    return token;
  }

  /** The value of a session cookie for a token that nobody has used yet; null for any other text. */
  redeem(token: string): string | null {
    if (!this.#tokens.delete(token)) return null;
    const session = secret();
    this.#sessions.add(session);
    return session;
  }

  /** Whether the request comes from a browser that holds a session. */
  admits(request: IncomingMessage, cookie: string): boolean {
    return cookies(request).some(([name, value]) => name === cookie && this.#sessions.has(value));
  }

  /** What is wrong with where the request comes from; null when nothing is. */
  refusal(request: IncomingMessage): Refusal | null {
    const host = request.headers.host ?? '';
    if (!loopbackNames.has(host.replace(/:\d+$/u, '')))
      return refused(
        `The playground answers as 127.0.0.1 only, and this was sent to "${host.slice(0, 80)}".`,
      );
    const site = request.headers['sec-fetch-site'];
    const navigates = request.method === 'GET' && request.headers['sec-fetch-mode'] === 'navigate';
    if (site !== undefined && site !== 'same-origin' && site !== 'none' && !navigates)
      return refused('This request was sent by another site.');
    if (request.method === 'POST' && request.headers.origin !== `http://${host}`)
      return refused('An action has to come from the playground page itself.');
    return null;
  }
}

const loopbackNames = new Set(['127.0.0.1', 'localhost', '[::1]']);

const secret = (): string => randomBytes(32).toString('base64url');

const refused = (sentence: string): Refusal => ({ status: 403, sentence });

function cookies(request: IncomingMessage): [name: string, value: string][] {
  return (request.headers.cookie ?? '').split(';').map((part) => {
    const [name = '', ...value] = part.trim().split('=');
    return [name, value.join('=')];
  });
}
