import { createPublicKey, verify, type KeyObject } from 'node:crypto';
import { z } from 'zod';

/** Clocks differ; Microsoft's own libraries allow five minutes. */
const SKEW_SECONDS = 5 * 60;
const KEYS_AGE_MAX_MS = 24 * 3_600_000;
/** A key that is not known is looked up again, but a stranger cannot make us ask all the time. */
const KEYS_AGE_MIN_MS = 60_000;

const metadataShape = z.object({ jwks_uri: z.url() });
const keysShape = z.object({ keys: z.array(z.unknown()) });
/** Keys of other kinds stand beside these and are passed over. */
const keyShape = z.object({
  kty: z.literal('RSA'),
  kid: z.string(),
  n: z.string(),
  e: z.string(),
  endorsements: z.array(z.string()).default([]),
});
const headerShape = z.object({ alg: z.string(), kid: z.string() });
const claimsShape = z.object({
  iss: z.string(),
  aud: z.string(),
  exp: z.number(),
  nbf: z.number().optional(),
  serviceurl: z.string(),
});

/** The bearer of this request is not the platform. The reason is for the log, never for the bearer. */
export class NotAuthenticated extends Error {
  override readonly name = 'NotAuthenticated';
}

export interface BearerOptions {
  readonly appId: string;
  readonly issuer: string;
  /** The OpenID document that says where the platform's signing keys are. */
  readonly metadataUrl: string;
}

/**
 * Is this request from the Bot Connector, for us, about this service URL? (Microsoft, "Authenticate requests from the Bot
 * Connector service to your bot".) The SDK asks the same again behind it; on a wrong key it would answer 500 with details and
 * print keys to standard error, so nothing that is not in order gets that far.
 */
export class BearerCheck {
  readonly #options: BearerOptions;
  #keys = new Map<string, { key: KeyObject; endorsements: readonly string[] }>();
  #fetchedAt = 0;
  #fetching: Promise<void> | null = null;

  constructor(options: BearerOptions) {
    this.#options = options;
  }

  /** Rejects with `NotAuthenticated`, or with another error when the keys could not be fetched. */
  async check(authorization: string, serviceUrl: string): Promise<void> {
    const token = /^Bearer ([\w-]+)\.([\w-]+)\.([\w-]+)$/.exec(authorization);
    if (token === null) throw new NotAuthenticated(authorization === '' ? 'no token' : 'malformed token');
    const [, header = '', payload = '', signature = ''] = token;

    const { alg, kid } = decoded(headerShape, header);
    if (alg !== 'RS256') throw new NotAuthenticated('unexpected signing algorithm');
    const claims = decoded(claimsShape, payload);
    this.#checkClaims(claims, serviceUrl);

    const found = await this.#key(kid);
    if (found === undefined) throw new NotAuthenticated('unknown signing key');
    if (!found.endorsements.includes('msteams'))
      throw new NotAuthenticated('a key that may not sign for Teams');
    const signed = Buffer.from(`${header}.${payload}`, 'ascii');
    if (!verify('RSA-SHA256', signed, found.key, Buffer.from(signature, 'base64url'))) {
      throw new NotAuthenticated('wrong signature');
    }
  }

  #checkClaims(claims: z.infer<typeof claimsShape>, serviceUrl: string): void {
    const now = Date.now() / 1000;
    if (claims.iss !== this.#options.issuer) throw new NotAuthenticated('unexpected issuer');
    if (claims.aud !== this.#options.appId) throw new NotAuthenticated('meant for another audience');
    if (claims.exp < now - SKEW_SECONDS) throw new NotAuthenticated('expired token');
    if (claims.nbf !== undefined && claims.nbf > now + SKEW_SECONDS)
      throw new NotAuthenticated('token of the future');
    if (claims.serviceurl !== serviceUrl) throw new NotAuthenticated('token for another service URL');
  }

  async #key(kid: string): Promise<{ key: KeyObject; endorsements: readonly string[] } | undefined> {
    const age = Date.now() - this.#fetchedAt;
    if (age > KEYS_AGE_MAX_MS || (!this.#keys.has(kid) && age > KEYS_AGE_MIN_MS)) {
      this.#fetching ??= this.#fetch().finally(() => {
        this.#fetching = null;
      });
      await this.#fetching;
    }
    return this.#keys.get(kid);
  }

  async #fetch(): Promise<void> {
    const metadata = metadataShape.parse(await fetchJson(this.#options.metadataUrl));
    const { keys } = keysShape.parse(await fetchJson(metadata.jwks_uri));
    this.#keys = new Map();
    for (const found of keys) {
      const { data } = keyShape.safeParse(found);
      if (data === undefined) continue;
      const { kid, endorsements, ...jwk } = data;
      this.#keys.set(kid, { key: createPublicKey({ key: jwk, format: 'jwk' }), endorsements });
    }
    this.#fetchedAt = Date.now();
  }
}

function decoded<T>(shape: z.ZodType<T>, part: string): T {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(part, 'base64url').toString('utf8')) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) throw new NotAuthenticated('malformed token', { cause: error });
    throw error;
  }
  const result = shape.safeParse(value);
  if (!result.success) throw new NotAuthenticated('token without the claims that it needs');
  return result.data;
}

async function fetchJson(url: string): Promise<unknown> {
  const response = await fetch(url, { signal: AbortSignal.timeout(10_000) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return response.json();
}
